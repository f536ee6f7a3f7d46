// What a contestant is told by the bench.

const { DATABASE_URL = '', POOL_MAX = '', SECRET = '' } = process.env;

export const databaseUrl = DATABASE_URL;
export const poolMax = Number(POOL_MAX);
export const secret = SECRET;
