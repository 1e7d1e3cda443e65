import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import {
  checkEndpointUrl,
  hostOf,
  isLocalName,
  WebhookAddressForbidden,
  WebhookHostUnresolvable,
  WebhookHostsBusy,
  type EndpointRules,
} from './endpoint-url.js';
import { isPublicAddress } from './public-address.js';
import { systemResolver, type ResolveHost } from './resolve-host.js';

// A registration under an Idempotency-Key holds a connection of the pool while it waits for a name server. Some
// thirty to a name server that never answers would leave none to anybody else.
const MOST_ADMISSIONS = 8;

/**
 * Keeps webhooks out of our own network. A client chooses where they go, so without this a subscription
 * would be a way to make the service talk to a metadata server or a database.
 *
 *   registration ─► text of the URL ─► every address of its name now
 *   connection   ─► text of the URL ─► every address of its name then, and to no other is connected
 */
export class EndpointGuard {
  private admissions = 0;

  constructor(
    private readonly rules: EndpointRules,
    private readonly resolve: ResolveHost = systemResolver(),
  ) {}

  /** What holds before anything is resolved. @throws {Refusal} */
  checkUrl(url: URL): void {
    checkEndpointUrl(url, this.rules);
    if (this.rules.allowPrivate) return;
    const host = hostOf(url);
    if (isIP(host) !== 0 && !isPublicAddress(host)) throw new WebhookAddressForbidden();
  }

  /** May this become a subscription's URL? @throws {Refusal} */
  async admit(text: string): Promise<void> {
    const url = new URL(text);
    this.checkUrl(url);
    const host = hostOf(url);
    if (this.rules.allowPrivate || isIP(host) !== 0) return;
    if (this.admissions >= MOST_ADMISSIONS) throw new WebhookHostsBusy();
    this.admissions += 1;
    try {
      await this.resolvePublic(host);
    } finally {
      this.admissions -= 1;
    }
  }

  /**
   * Resolves for a connection. `net` and `tls` connect to what it returns and resolve nothing themselves, so
   * an answer that changed since the registration, or since a moment ago, is looked at too.
   */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.resolveFor(host).then(
      (found) => {
        const [first] = found;
        if (options.all === true) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: Error) => {
        callback(error, []);
      },
    );
  };

  private async resolveFor(host: string): Promise<LookupAddress[]> {
    if (!this.rules.allowPrivate) return this.resolvePublic(host);
    // The name servers need not know it.
    if (isLocalName(host)) return [{ address: '127.0.0.1', family: 4 }];
    return this.resolveAny(host);
  }

  private async resolvePublic(host: string): Promise<LookupAddress[]> {
    if (isLocalName(host)) throw new WebhookAddressForbidden();
    const found = await this.resolveAny(host);
    // One that is not public is enough: which of them is connected to is not ours to choose.
    if (!found.every(({ address }) => isPublicAddress(address))) {
      throw new WebhookAddressForbidden();
    }
    return found;
  }

  private async resolveAny(host: string): Promise<LookupAddress[]> {
    try {
      const found = await this.resolve(host);
      if (found.length > 0) return found;
    } catch (cause) {
      throw new WebhookHostUnresolvable({ cause });
    }
    throw new WebhookHostUnresolvable();
  }
}
