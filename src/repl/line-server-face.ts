/** What the shell needs of a line server (.nc). */
export interface LineServer { readonly port: number; send(line: string): void; close(): Promise<void> | void }
export type OpenLineServer = (options: { port: number; onNote: (note: string) => void }) => Promise<LineServer>
