/**
 * Shows control characters instead of sending them: whatever comes from data, from a function's error or from a file name
 * may hold terminal commands (clear the screen, fake a prompt, write the clipboard) or turn the reading order around.
 * Newline and tab stay; our own colours are added after this.
 */
const HOSTILE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export const escapeControls = (text: string): string => text.replace(HOSTILE, visible)

function visible(char: string): string {
  const code = char.charCodeAt(0)
  if (char === '\r') return '\\r'
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
