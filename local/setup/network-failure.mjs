const UNTRUSTED =
  /SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF|CERTIFICATE_VERIFY_FAILED|x509: certificate|certificate verification failed/i;
const PROXY_REFUSES = /\b407\b.{0,20}Proxy|Proxy.{0,20}\b407\b|E407|Proxy Authentication Required/i;
/** pip without retries says no more than that an index it did not reach has no versions. */
const UNREACHED =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|NewConnectionError|NameResolutionError|Connection refused|Connection timed out|Network is unreachable|Temporary failure|no such host|i\/o timeout|Could not resolve|Could not connect|Unable to connect|ProxyError|ConnectTimeout|Read timed out|from versions: none/i;

/**
 * The sentence for a download that the network prevented, or undefined where a program's output tells of no such thing.
 * @param server What was asked: its `name`, the `settings` that lead to it, and the `authorities` variable that
 *   names the certificate authorities it may be vouched for by.
 */
export function findNetworkFailure(output, { name, settings, authorities }) {
  if (UNTRUSTED.test(output)) {
    return `the certificate of ${name}, or of a proxy before it, is not trusted: name the file of its authority in ${authorities}, then run this again`;
  }
  if (PROXY_REFUSES.test(output)) {
    return `the proxy before ${name} asks for a user and a password: put them into HTTPS_PROXY, then run this again`;
  }
  if (UNREACHED.test(output)) {
    return `${name} was not reached: check the network and ${settings}, then run this again`;
  }
  return undefined;
}
