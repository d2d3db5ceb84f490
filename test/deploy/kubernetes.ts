import { Deployment, StatefulSet } from "kubernetes-models/apps/v1";
import { Job } from "kubernetes-models/batch/v1";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { Service } from "kubernetes-models/v1";
import { parseAllDocuments } from "yaml";
import { isOurs } from "./compose.ts";
import type { Container, Probe } from "./container.ts";

/** An object of Kubernetes, as far as it is looked at. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector?: Selector & Readonly<Record<string, string>>;
    readonly serviceName?: string;
    readonly podManagementPolicy?: string;
    readonly ports?: readonly { readonly targetPort?: string }[];
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
  };
}

export type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
}

interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly restartPolicy?: string;
  readonly securityContext?: { readonly runAsNonRoot?: boolean; readonly runAsUser?: number };
  readonly containers: readonly ContainerSpec[];
}

interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: object; readonly fieldRef?: object };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: ProbeSpec;
  readonly livenessProbe?: ProbeSpec;
  readonly readinessProbe?: ProbeSpec;
  readonly lifecycle?: { readonly preStop?: { readonly exec?: { readonly command: readonly string[] } } };
  readonly resources?: { readonly limits?: { readonly cpu?: string; readonly memory?: string } };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
}

interface ProbeSpec {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly tcpSocket?: { readonly port: string };
  readonly exec?: { readonly command: readonly string[] };
}

interface Model {
  validate(): void;
}

/** The kinds that the recipes use, each with the module of its types. */
export const KINDS: Readonly<Record<string, { readonly model: new (data: never) => Model; readonly module: string }>> =
  {
    "apps/v1 Deployment": { model: Deployment, module: "kubernetes-models/apps/v1" },
    "apps/v1 StatefulSet": { model: StatefulSet, module: "kubernetes-models/apps/v1" },
    "batch/v1 Job": { model: Job, module: "kubernetes-models/batch/v1" },
    "networking.k8s.io/v1 NetworkPolicy": { model: NetworkPolicy, module: "kubernetes-models/networking.k8s.io/v1" },
    "policy/v1 PodDisruptionBudget": { model: PodDisruptionBudget, module: "kubernetes-models/policy/v1" },
    "v1 Service": { model: Service, module: "kubernetes-models/v1" },
  };

/** The objects of a file. @throws the first error of its YAML. */
export function readKubernetes(text: string): readonly Resource[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as Resource;
  });
}

/** What Kubernetes' schema has against an object: values that it does not take, and fields that are missing. */
export function kubernetesErrors(resource: Resource): readonly string[] {
  const known = KINDS[`${resource.apiVersion} ${resource.kind}`];
  if (known === undefined) return [`there is no schema for ${resource.apiVersion} ${resource.kind}`];
  try {
    new known.model(resource as never).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** The containers of objects that run any. */
export function kubernetesContainers(resources: readonly Resource[], path: string): readonly Container[] {
  return resources.flatMap(({ kind, metadata, spec }) => {
    const pod = spec.template?.spec;
    return (pod?.containers ?? []).map((container) => toContainer(container, pod, `${path} ${kind} ${metadata.name}`));
  });
}

function toContainer(container: ContainerSpec, pod: PodSpec | undefined, place: string): Container {
  const { env = [], ports = [], securityContext, resources, lifecycle } = container;
  const portOf = (name: string): number => ports.find((port) => port.name === name)?.containerPort ?? Number(name);
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
  const [tool, seconds] = lifecycle?.preStop?.exec?.command ?? [];
  const { runAsNonRoot, runAsUser } = pod?.securityContext ?? {};
  return {
    place,
    image: container.image,
    args: container.args ?? [],
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    secrets: env.filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined).map(({ name }) => name),
    ports: ports.map(({ containerPort }) => containerPort),
    probes: probes.flatMap((probe) => (probe === undefined ? [] : [toProbe(probe, portOf)])),
    graceSeconds: pod?.terminationGracePeriodSeconds ?? 30,
    waitSeconds: tool === "sleep" ? Number(seconds) : 0,
    user: runAsNonRoot === true ? runAsUser : undefined,
    hasLimits: resources?.limits?.cpu !== undefined && resources.limits.memory !== undefined,
    isHardened:
      securityContext?.allowPrivilegeEscalation === false &&
      securityContext.capabilities?.drop?.includes("ALL") === true &&
      (securityContext.readOnlyRootFilesystem === true || !isOurs(container.image)),
    isLasting: pod?.restartPolicy === undefined,
  };
}

function toProbe({ httpGet, tcpSocket, exec }: ProbeSpec, portOf: (name: string) => number): Probe {
  if (httpGet !== undefined) return { kind: "http", path: httpGet.path, port: portOf(httpGet.port) };
  if (tcpSocket !== undefined) return { kind: "tcp", port: portOf(tcpSocket.port) };
  return { kind: "command", command: exec?.command ?? [] };
}

/** Names that one object uses and no other one of its file has: labels that select nothing, a Service that is not there. */
export function danglingIn(resources: readonly Resource[]): readonly string[] {
  const pods = resources.flatMap(({ spec }) => spec.template ?? []);
  const services = new Set(resources.filter(({ kind }) => kind === "Service").map(({ metadata }) => metadata.name));
  return resources.flatMap(({ kind, metadata, spec }) => {
    const place = `${kind} ${metadata.name}`;
    const found: string[] = [];
    const labels = spec.selector?.matchLabels ?? (kind === "Service" ? spec.selector : undefined);
    const own = spec.template === undefined ? pods : [spec.template];
    const selected = own.filter((pod) => fits(labels ?? {}, pod.metadata.labels));
    if (labels !== undefined && selected.length === 0) found.push(`${place} selects no pod`);
    if (kind === "Service") {
      const ports = selected.flatMap((pod) => pod.spec.containers).flatMap((container) => container.ports ?? []);
      const names = new Set(ports.map(({ name }) => name));
      for (const { targetPort = "" } of spec.ports ?? []) {
        if (!names.has(targetPort)) found.push(`${place} leads to a port "${targetPort}", which no container has`);
      }
    }
    if (spec.serviceName !== undefined && !services.has(spec.serviceName)) {
      found.push(`${place} names a Service "${spec.serviceName}", which is not there`);
    }
    return found;
  });
}

function fits(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
