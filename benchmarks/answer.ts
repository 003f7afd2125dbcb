/** Begins the line on which a process answers; whatever else it prints is not read. */
export const ANSWER = 'clas-bench-answer '
