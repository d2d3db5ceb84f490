import { objectOf } from "../../wire/problem.ts";

/** A citation of LangChain as an annotation of the Responses API; what is one already, as it is. */
export function toAnnotation(value: unknown): unknown {
  const annotation = objectOf(value);
  const { url = "", title = "", startIndex = 0, endIndex = 0, source } = annotation;
  if (annotation["type"] === "non_standard") return annotation["value"];
  if (annotation["type"] !== "citation") return value;
  const file = annotation["file_id"] ?? "";
  const span = { start_index: startIndex, end_index: endIndex };
  switch (source) {
    case "url_citation":
      return { type: source, url, title, ...span };
    case "file_citation":
      return { type: source, file_id: file, filename: title, index: startIndex };
    case "container_file_citation":
      return { type: source, file_id: file, filename: title, container_id: annotation["container_id"] ?? "", ...span };
    case "file_path":
      return { type: source, file_id: file, index: startIndex };
    default:
      return value;
  }
}
