/** Environment variable that names the file to which a measurement inside VS Code writes its result. */
export const resultVariable = 'REDIS_MESSAGING_BENCH_RESULT';
