import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { runProcess } from './childProcess';
import { findProgram } from './findProgram';

const installLimitMs = 10 * 60_000;

/**
 * Installs one of Debian's packages, when this is Debian or Ubuntu and we are root.
 * @param name the package's name
 * @returns false when this machine is not one where we may do that; the caller then names the command to run
 * @throws an Error with apt-get's last lines when the installation failed
 */
export async function installDebianPackage(name: string): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await isDebian())) return false;
  console.log(`Installing ${name} (apt-get)…`);
  const options = { limitMs: installLimitMs, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await runProcess('apt-get', ['update', '-qq'], options);
  await withoutServiceStarts(() =>
    runProcess('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], options),
  );
  return true;
}

/** True on Debian, Ubuntu and what derives from them. */
export async function isDebian(): Promise<boolean> {
  try {
    const release = await readFile('/etc/os-release', 'utf8');
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
  } catch {
    return false;
  }
}

/**
 * A server package starts its service when it is installed. We want its program only: servers of ours run on free
 * ports. Debian asks policy-rc.d before each start; where the machine's owner has such a file, theirs decides.
 */
async function withoutServiceStarts(install: () => Promise<unknown>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !(await exists(policy));
  if (ours) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await install();
  } finally {
    if (ours) await rm(policy, { force: true });
  }
}

/** Keeps a service that came with a package from starting with the machine. */
export async function disableService(name: string): Promise<void> {
  const systemctl = await findProgram(['systemctl']);
  if (!systemctl) return;
  // Fails where systemd is installed but does not run, as in containers: there nothing starts it either.
  await runProcess(systemctl, ['disable', name], { limitMs: 30_000 }).catch(() => undefined);
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
