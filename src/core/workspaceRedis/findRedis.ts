import * as l10n from '@vscode/l10n';
import type { ParsedConnectionUrl } from '../connectionUrl';
import { type ComposeService, largestComposeFile, readComposeFile } from './composeFile';
import { ComposeNetwork } from './composeNetwork';
import { type Devcontainer, readDevcontainer } from './devcontainer';
import { readEnvFile, type Variables } from './envFile';
import { addEnvironment, unresolved } from './environmentRedis';
import { Findings, type FindResult, originIn } from './findings';
import { folderOf, type WorkspaceFile, type WorkspaceFileKind, workspaceFileKind } from './workspaceFile';

/** Where the program runs that would connect: on a machine, or in a container that was made for a workspace or joined later. */
export type Surroundings = 'machine' | 'devContainer' | 'attachedContainer';

/** UTF-16 units of all compose files together, since reading them keeps this thread busy. */
const mostCompose = 524_288;

/**
 * Finds the Redis servers that files of a workspace name: `.env`, compose files and devcontainer.json. Reads the texts
 * only, and never throws because of what stands in them: what cannot be read or reached is a problem of the result.
 *
 * @param files in the order in which they are to be listed; others than these kinds are passed over.
 */
export function findRedis(files: readonly WorkspaceFile[], surroundings: Surroundings): FindResult {
  const findings = new Findings();
  const ofKind = (kind: WorkspaceFileKind) =>
    files
      .filter(({ path }) => workspaceFileKind(path) === kind)
      .map(({ path, text }) => ({ path, text: text.replace(/^\uFEFF/, '') }));
  const envFiles = new Map<string, Variables>(
    ofKind('env').map(({ path, text }) => [path, readEnvFile(text)]),
  );
  let left = mostCompose;
  const services = ofKind('compose').flatMap((file) => {
    if (file.text.length <= largestComposeFile) left -= file.text.length;
    if (left < 0) {
      findings.addProblem(originIn(file.path), l10n.t('It was not read: there are too many files like it.'));
      return [];
    }
    const folder = folderOf(file.path);
    const variables = envFiles.get(folder === '' ? '.env' : `${folder}/.env`) ?? new Map();
    const { services: some, complaint } = readComposeFile(file, variables);
    if (complaint !== undefined) findings.addProblem(originIn(file.path), complaint);
    return some;
  });
  const devcontainers = ofKind('devcontainer').map(readDevcontainer);
  const network = new ComposeNetwork(services, insideOf(surroundings, devcontainers));
  const redirectFrom = (path: string) => (parsed: ParsedConnectionUrl) => network.redirect(parsed, path);

  const addEnvFiles = (ofExamples: boolean) => {
    for (const [path, variables] of envFiles) {
      if (isExample(path) === ofExamples)
        addEnvironment(variables, (name) => originIn(path, name), redirectFrom(path), findings);
    }
  };
  addEnvFiles(false);
  for (const service of services) addService(service, network, findings);
  for (const { file, name, environment } of services) {
    const originOf = (variable: string) => originIn(file, l10n.t('service {0}, {1}', name, variable));
    addEnvironment(environment, originOf, redirectFrom(file), findings);
  }
  for (const { file, complaint, forwarded, environments } of devcontainers) {
    if (complaint !== undefined) findings.addProblem(originIn(file), complaint);
    for (const address of forwarded)
      findings.addUrl(`redis://${address}/0`, originIn(file, 'forwardPorts'), redirectFrom(file));
    for (const { name, variables } of environments)
      addEnvironment(
        variables,
        (variable) => originIn(file, `${name}.${variable}`),
        redirectFrom(file),
        findings,
      );
  }
  addEnvFiles(true);
  return findings.result();
}

/** Files such as `.env.example` hold what nobody uses as it stands, so they come last. */
function isExample(path: string): boolean {
  return /\.(example|sample|template|dist|defaults?)$/i.test(path);
}

function insideOf(
  surroundings: Surroundings,
  devcontainers: readonly Devcontainer[],
): (file: string) => boolean {
  const composed = new Set(devcontainers.flatMap(({ composeFiles }) => composeFiles));
  return (file) =>
    surroundings === 'attachedContainer' || (surroundings === 'devContainer' && composed.has(file));
}

function addService(service: ComposeService, network: ComposeNetwork, findings: Findings): void {
  if (!service.isRedis) return;
  const { file, password } = service;
  for (const { what, url, reason } of network.addresses(service)) {
    const origin = originIn(file, what);
    if (reason !== undefined) findings.addProblem(origin, reason);
    if (url === undefined) continue;
    if (password !== undefined && 'missing' in password)
      findings.addProblem(origin, l10n.t('Its password is not known. {0}', unresolved(password.missing)));
    const secret = password !== undefined && 'text' in password ? password.text : '';
    findings.addUrl(
      secret === '' ? url : url.replace('://', () => `://:${encodeURIComponent(secret.toWellFormed())}@`),
      origin,
    );
  }
}
