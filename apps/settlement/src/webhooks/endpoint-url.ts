import { Refusal } from '@fusion-prime/kernel';

/** Where webhooks may go, apart from addresses. */
export interface EndpointRules {
  /** Plain HTTP, for development. */
  allowHttp: boolean;
  /** This machine and the network around it, for development. */
  allowPrivate: boolean;
}

// Below 1024 every port but these is another protocol's: mail, SSH, LDAP …
const WEB_PORTS = new Set(['', '80', '443']);
const FIRST_FREE_PORT = 1_024;

export class WebhookUrlInsecure extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'webhook-url-insecure';
  override readonly fieldErrors = [at(this.code, 'an https URL')];

  constructor() {
    super('a webhook URL is https: what is sent over http can be read and changed on its way');
  }
}

export class WebhookPortForbidden extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'webhook-port-forbidden';
  override readonly fieldErrors = [at(this.code, '80, 443, or 1024 and above')];

  constructor() {
    super('the port of a webhook URL is 80, 443, or 1024 and above');
  }
}

export class WebhookAddressForbidden extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'webhook-address-forbidden';
  override readonly fieldErrors = [at(this.code, 'a host on the public internet')];

  constructor() {
    super(
      'the host of a webhook URL is on the public internet: not this machine, a private network or a metadata server',
    );
  }
}

export class WebhookHostUnresolvable extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'webhook-host-unresolvable';
  override readonly fieldErrors = [at(this.code, 'a host that has an address')];

  constructor(options?: ErrorOptions) {
    super('the host of a webhook URL has an address: this name has none now');
    this.cause = options?.cause;
  }
}

export class WebhookHostsBusy extends Refusal {
  readonly kind = 'unavailable';
  readonly code = 'webhook-hosts-busy';
  override readonly retryAfterSeconds = 1;

  constructor() {
    super('the names of other webhook URLs are being looked up, and there is room for no more');
  }
}

/**
 * What can be told from the text alone. Parsing makes one form of every other: `2130706433`, `0x7f.1` and
 * `017700000001` are 127.0.0.1 afterwards.
 *
 * @throws {WebhookUrlInsecure | WebhookPortForbidden}
 */
export function checkEndpointUrl(url: URL, { allowHttp }: EndpointRules): void {
  if (url.protocol !== 'https:' && !allowHttp) throw new WebhookUrlInsecure();
  if (!WEB_PORTS.has(url.port) && Number(url.port) < FIRST_FREE_PORT) {
    throw new WebhookPortForbidden();
  }
}

/** The host without brackets and without the dot that ends a full name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
}

/** Names that mean this machine wherever they are resolved. @see RFC 6761, section 6.3 */
export function isLocalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.+$/, '');
  return name === 'localhost' || name.endsWith('.localhost');
}

function at(code: string, detail: string): { pointer: string; code: string; detail: string } {
  return { pointer: '/url', code, detail };
}
