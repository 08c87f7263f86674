import { readRequest, runMocha } from '../launch/mochaRun';

/**
 * What VS Code calls in its extension host: runs the host suite there.
 * @throws an Error when a test failed, which makes VS Code exit with a code other than 0
 */
export async function run(): Promise<void> {
  const failures = await runMocha(readRequest());
  if (failures > 0) throw new Error(`${failures} of the host suite's tests failed`);
}
