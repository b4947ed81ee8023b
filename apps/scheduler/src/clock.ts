/** What decisions about time and chance are made of, so that a test can make them its own. */
export abstract class Clock {
  abstract now(): Date;
  /** In [0, 1): spreads the pauses between attempts. */
  abstract random(): number;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  random(): number {
    return Math.random();
  }
}
