/** Text as it is pasted from elsewhere: the prompts in front of it, and lines that continue the expression before them. */
const PROMPT = /^(?:ts> |scala> |>>> |\.\.\. |\| |\$ )/

export const withoutPrompts = (text: string): string => text.split('\n').map(line => line.replace(PROMPT, '')).join('\n')

/** `.map(…` continues; `.help` is a command. */
export const continues = (text: string): boolean => /^\s*\??\.[A-Za-z_$][\w$]*\s*[(<`]/.test(text)
