/**
 * A web search and a code interpreter as LangChain tools.
 *
 * @module @swarmgraph/tools
 */
export { ToolsError } from "./errors.ts";
export type { ToolsErrorCode, ToolsErrorOptions } from "./errors.ts";
export { isPublicUrl } from "./web-search/address.ts";
export { brave } from "./web-search/brave.ts";
export { chooseSearchProvider } from "./web-search/choose-search-provider.ts";
export type { SearchEnvironment } from "./web-search/choose-search-provider.ts";
export { exa } from "./web-search/exa.ts";
export type { KeyedProviderOptions } from "./web-search/keyed-provider.ts";
export { offlineCollection } from "./web-search/offline-collection.ts";
export type { OfflineDocument } from "./web-search/sample-notes.ts";
export type { HttpProviderOptions, SearchOptions, SearchProvider, SearchResult } from "./web-search/search-provider.ts";
export { searxng } from "./web-search/searxng.ts";
export type { SearxngOptions } from "./web-search/searxng.ts";
export { tavily } from "./web-search/tavily.ts";
export { WEB_SEARCH, webSearchTool } from "./web-search/web-search-tool.ts";
export type { SearchReference, WebSearchArtifact, WebSearchToolOptions } from "./web-search/web-search-tool.ts";
export { CODE_INTERPRETER, codeInterpreterTool } from "./code-interpreter/code-interpreter-tool.ts";
export type { CodeInterpreterArtifact, CodeInterpreterToolOptions } from "./code-interpreter/code-interpreter-tool.ts";
export { memoryFileStore } from "./code-interpreter/file-store.ts";
export type { FileContent, FileStore, MemoryFileStoreOptions, StoredFile } from "./code-interpreter/file-store.ts";
export type { ImportModule } from "./import-module.ts";
