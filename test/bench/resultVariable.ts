/** Environment variable that names the file to which a measurement inside VS Code writes its result. */
export const resultVariable = 'BENCH_RESULT';
