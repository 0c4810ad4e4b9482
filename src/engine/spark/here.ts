/** Whether everything runs on this machine: then nothing listens beyond it, and what workers need can be looked at. */
export const isHere = (master: string): boolean => /^local\b|^spark:\/\/(127\.0\.0\.1|localhost)[:,]/.test(master)
