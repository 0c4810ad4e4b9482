/**
 * Which module exports which function or class: what is found here travels to executors as {url, export} instead of by source.
 * The loader enters each user module and each package that user modules import; entry programs and prompt lines are never entered.
 */
export interface ModuleExport { readonly url: string; readonly export: string }

const exports = new WeakMap<object, ModuleExport>()

/** Enters what the namespace exports, the namespace itself as export `*`; the first module to export a value keeps it. */
export function registerModule(url: string, namespace: object): void {
  exports.set(namespace, { url, export: '*' })
  for (const [name, value] of Object.entries(namespace))
    if (typeof value === 'function' && !exports.has(value)) exports.set(value, { url, export: name })
}

export const moduleExportOf = (value: object): ModuleExport | undefined => exports.get(value)
