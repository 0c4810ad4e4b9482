/**
 * The table of rules, what asks it on the driver, and what uses it in a task. To add one: a file with its row, a line here, rows of the
 * property test. `spark.tspark.rules=false` asks for none.
 */
import type { Portable } from '../../../closure/portable.js'
import { seenFunctions } from '../../../closure/function-tree.js'
import type { FnRef } from '../../../plan/fn-ref.js'
import type { Task, TaskOutput } from '../task.js'
import { builtInsAreOriginal } from './built-ins.js'
import { combineRule } from './combine.js'
import { countRule } from './count.js'
import type { Planned, Rule, RuleKit, RuleUse } from './rule.js'
import { unruled } from './unruled.js'

const RULES = [combineRule, countRule] as unknown as readonly Rule<unknown>[]

/** The rule for that task, if there is one. `refs` are its functions, captured together. */
export function ruleFor(task: Planned, refs: readonly FnRef[], portable: Portable): RuleUse | undefined {
  if (!task.pieces.some(({ kind }) => kind === 'lines' || kind === 'fileLines')) return undefined
  const fns = seenFunctions(refs, portable)
  for (const { name, recognise } of RULES) {
    const data = recognise(task, fns)
    if (data !== undefined) return { name, data }
  }
  return undefined
}

/** `combine: split at " ", added by key` */
export const tellRule = ({ name, data }: RuleUse): string => `${name}: ${ruleNamed(name).tell(data)}`

/**
 * What the task's rule gives; undefined where there is none, or where it met something that is not for it. The plain way then does the
 * task from its beginning and says what there is to say, also where a rule failed in some other way.
 */
export function runRule(task: Task, kit: RuleKit): TaskOutput | undefined {
  if (!task.rule) return undefined
  try {
    if (!builtInsAreOriginal()) unruled('a built-in was replaced')
    return ruleNamed(task.rule.name).run(task, task.rule.data, kit)
  } catch (error) {
    kit.aside?.(error)
    return undefined
  }
}

const ruleNamed = (name: string): Rule<unknown> => RULES.find(rule => rule.name === name)!
