/**
 * Which class is which in another thread. An instance travels as the id of its class and its fields; driver and executors
 * hold the same ids, given by closure capture on the driver and taken over when a class is rebuilt in an executor. A class that
 * a module exports is known by its export alone (`file:///…/shapes.ts#Circle`), wherever that module has been imported.
 */
import { exportOf, followPath, registeredModule } from './modules.js'

type Class = abstract new (...args: never[]) => object

const ids = new WeakMap<Class, string>()
const classes = new Map<string, Class>()
let next = 0

export const idOfClass = (type: Class): string | undefined => ids.get(type) ?? exportId(type)
export const classById = (id: string): Class | undefined => classes.get(id) ?? exportedClass(id)

/** Gives `type` an id (`Name#3`), or binds it to the id it has on the driver. */
export function registerClass(type: Class, id: string = `${type.name}#${next++}`): string {
  ids.set(type, id)
  classes.set(id, type)
  return id
}

function exportId(type: Class): string | undefined {
  const found = exportOf(type)
  return found && `${found.url}#${found.path.join('.')}`
}

function exportedClass(id: string): Class | undefined {
  const cut = id.lastIndexOf('#')
  const found = followPath(registeredModule(id.slice(0, cut)), id.slice(cut + 1).split('.'))
  return typeof found === 'function' ? found as Class : undefined
}
