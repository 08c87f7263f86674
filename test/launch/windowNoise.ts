/**
 * What the window and the server of the pinned releases print in every run without meaning anything for us: their own
 * start-up, native modules the npm installation leaves out, and look-ups of services that are not there.
 */
const noise = [
  /^Resolv(ing|ed) connection token/,
  /^Creating a socket/,
  /^\[reconnection-grace-time\]/,
  /^Updating additional builtin extensions cache/,
  /^\[AgentHost/,
  /^\[AccountPolicyGate\]/,
  /^\[Service Worker\]/,
  /Could not locate the bindings file/,
  /build\/Release\/watchdog/,
  /open-vsx\.org/,
  /vsda/,
  /net::ERR_|Failed to load resource/,
];

/** True for a console line of the window that says nothing about the extension or its tests. */
export function isWindowNoise(line: string): boolean {
  return noise.some((pattern) => pattern.test(line));
}
