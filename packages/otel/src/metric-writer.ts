import type { Meter } from "@opentelemetry/api";
import { METRICS } from "./semconv.ts";
import type { Telemetry } from "./telemetry.ts";

type Measure = Telemetry & { readonly kind: "measure" };
type Instruments = Readonly<Record<Measure["metric"], (item: Measure) => void>>;

const known = new WeakMap<Meter, Instruments>();

/** What takes a meter's values; its instruments are made once. */
export function metricWriter(meter: Meter): (item: Measure) => void {
  const instruments = known.get(meter) ?? createInstruments(meter);
  known.set(meter, instruments);
  return (item) => instruments[item.metric](item);
}

function createInstruments(meter: Meter): Instruments {
  const histogram = ({ name, unit, description, boundaries }: (typeof METRICS)["tokens" | "duration"]) => {
    const advice = { explicitBucketBoundaries: [...boundaries] };
    const made = meter.createHistogram(name, { unit, description, advice });
    return ({ value, attributes }: Measure) => made.record(value, attributes);
  };
  const counter = ({ name, unit, description }: (typeof METRICS)["handoffs" | "limits"]) => {
    const made = meter.createCounter(name, { unit, description });
    return ({ value, attributes }: Measure) => made.add(value, attributes);
  };
  return {
    tokens: histogram(METRICS.tokens),
    duration: histogram(METRICS.duration),
    handoffs: counter(METRICS.handoffs),
    limits: counter(METRICS.limits),
  };
}
