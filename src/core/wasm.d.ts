/** A module of assembly/, compiled by esbuild.js. */
declare module '*.wasm' {
  export const code: Uint8Array<ArrayBuffer>;
}

/** As much of WebAssembly's JavaScript API (https://webassembly.github.io/spec/js-api/) as is used; Node's types leave it out. */
declare namespace WebAssembly {
  class Module {
    constructor(code: Uint8Array<ArrayBuffer>);
  }
  class Memory {
    constructor(size: { readonly initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: { readonly env: { readonly memory: Memory } });
    readonly exports: unknown;
  }
}
