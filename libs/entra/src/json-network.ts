import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';

const timeoutMs = 30_000;

/**
 * How MSAL reaches the sign-in service: by fetch, with a time limit. MSAL itself insists on https;
 * `address` may turn an address into http for a sign-in service on this machine.
 */
export class JsonNetwork implements INetworkModule {
  readonly #address: (url: string) => string;

  constructor(address: (url: string) => string) {
    this.#address = address;
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('GET', url, options);
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('POST', url, options);
  }

  async #send<T>(
    method: string,
    url: string,
    options: NetworkRequestOptions | undefined,
  ): Promise<NetworkResponse<T>> {
    const response = await fetch(this.#address(url), {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(options?.headers === undefined ? {} : { headers: options.headers }),
      ...(method === 'POST' ? { body: options?.body ?? '' } : {}),
    });
    // MSAL names the type of an answer that it checks itself
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment
    const body: T = JSON.parse(await response.text());
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  }
}
