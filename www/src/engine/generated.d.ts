/** Stands in for the generated bindings until they are built; a real file there wins over this pattern. */
declare module "*/generated/heapglass.js" {
  export const Session: unknown;
  export default function init(options: {
    module_or_path: BufferSource;
  }): Promise<{ memory: WebAssembly.Memory }>;
}
