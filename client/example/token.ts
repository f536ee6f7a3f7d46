// How a front end keeps the token of the signed-in user: got once, and again when the API refuses it.

/** For `createClient`, which asks before every request, and again with the token when it was refused. */
export function keptToken(get: () => Promise<string>): (refused?: string) => Promise<string> {
  let token: string | undefined;
  return async (refused) => {
    if (token === undefined || token === refused) token = await get();
    return token;
  };
}
