import type { Context, FetchOptions } from '@microsoft/microsoft-graph-client';

/** One request on its way through the chain; `attempts` counts how often it was sent. */
export class CountedRequest implements Context {
  readonly request: string;
  options: FetchOptions;
  response?: Response;
  attempts = 0;

  constructor(url: string, options: FetchOptions) {
    this.request = url;
    this.options = options;
  }
}
