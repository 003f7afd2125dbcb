/** A measurement that can't be made here: its message is printed and the others go on. */
export class Unavailable extends Error {}
