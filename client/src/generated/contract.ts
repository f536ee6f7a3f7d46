// Made from openapi.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/api/{user_id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        /**
         * List your tasks
         * @description Your tasks, newest first unless you ask for another order. Filters, search, order and paging combine freely.
         *     When there are more tasks than `limit`, `Link` holds the address of the next page.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Create a task
         * @description Adds a task to your list. Only `title` is required. The owner is the user of the token; `id`, `user_id` and the
         *     times are set by the server and refused in the body. Send an `Idempotency-Key` to make a retry safe.
         */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/{user_id}/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
                /**
                 * @description The id of the task.
                 * @example 42
                 */
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        /**
         * Read a task
         * @description One of your tasks, with its `ETag`. A task of somebody else is answered like one that does not exist.
         */
        get: operations["getTask"];
        /**
         * Change a task
         * @description Changes only the fields that you send; the others stay as they are. Send `null` to clear `description` or `due_date`.
         *     `updated_at` and the `ETag` move with every change.
         */
        put: operations["updateTask"];
        post?: never;
        /**
         * Delete a task
         * @description Removes the task for good. Deleting it again answers `404`.
         */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/{user_id}/tasks/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
                /**
                 * @description The id of the task.
                 * @example 42
                 */
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Complete or reopen a task
         * @description Turns `completed` into its opposite, in one step: two callers at once turn it twice. It takes no body. To set a
         *     certain state, use *Change a task*.
         */
        patch: operations["toggleTaskComplete"];
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What this is
         * @description The name and version of the API, and where to go from here.
         */
        get: operations["getService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive?
         * @description Answers as long as the process lives, whatever the state of the database. Meant for liveness probes.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can it serve?
         * @description Asks the database. Meant for readiness probes and load balancers.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description Counters and histograms in the Prometheus text format, by `operationId`. When the operator has set a port of its own for
         *     metrics in production, this address answers `404` here and the metrics are on that port alone.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This contract, as written
         * @description The hand-written OpenAPI document, comments and all.
         */
        get: operations["getContractYaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This contract, as JSON
         * @description The same document for tools that read JSON.
         */
        get: operations["getContractJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The documentation
         * @description This contract as a page to read (Redoc). One file; it loads nothing from elsewhere.
         */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Try the API
         * @description A page to call the API from (Swagger UI). Press *Authorize*, paste a token, and send real requests.
         */
        get: operations["getTryPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The number of an item, given by the server and never used twice. */
        Id: number;
        /** @description The id of a user, as the issuer of the token knows it. */
        UserId: string;
        /**
         * Format: date-time
         * @description A moment, RFC 3339, in the years 0001 to 9999. It is answered in UTC with milliseconds.
         */
        DateTime: string;
        /** @description `*`, or one or more entity tags in double quotes, separated by commas (RFC 9110, section 8.8.3). */
        EntityTags: string;
        /** @description Something that a person wants to get done. */
        Task: {
            readonly id: components["schemas"]["Id"];
            /** @description Whose task it is. */
            readonly user_id: components["schemas"]["UserId"];
            /** @description What is to be done. */
            title: string;
            /** @description More about it, if there is more to say. */
            description: string | null;
            /** @description Whether it is done. */
            completed: boolean;
            /** @description When it should be done. */
            due_date: components["schemas"]["DateTime"] | null;
            /** @description When it was created. */
            readonly created_at: components["schemas"]["DateTime"];
            /** @description When it was last changed. */
            readonly updated_at: components["schemas"]["DateTime"];
        };
        /** @description A task to create. */
        TaskCreate: {
            /** @description What is to be done. Not only white space. */
            title: string;
            /** @description More about it, if there is more to say. */
            description?: string | null;
            /**
             * @description Whether it is done already.
             * @default false
             */
            completed?: boolean;
            /** @description When it should be done. */
            due_date?: components["schemas"]["DateTime"] | null;
        };
        /** @description What to change about a task. Fields that are left out stay as they are. */
        TaskUpdate: {
            /** @description What is to be done. Not only white space. */
            title?: string;
            /** @description More about it; `null` clears it. */
            description?: string | null;
            /** @description Whether it is done. */
            completed?: boolean;
            /** @description When it should be done; `null` clears it. */
            due_date?: components["schemas"]["DateTime"] | null;
        };
        /** @description What this service is. */
        Service: {
            /** @description The title of the contract. */
            name: string;
            /** @description The version of the contract. */
            version: string;
            /** @description Where to go from here, by what is there. */
            links: {
                [key: string]: string;
            };
        };
        /** @description How the service is doing. */
        Status: {
            /** @constant */
            status: "ok";
        };
        /** @description What went wrong (RFC 9457). */
        Problem: {
            /**
             * Format: uri-reference
             * @description What kind of problem it is; see the table of errors.
             */
            type: string;
            /** @description The kind of problem in words. The same for every problem of a type. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What went wrong this time, for people. */
            detail: string;
            /** @description The id of the request, as in `X-Request-Id`. */
            instance: string;
            /** @description The values that were refused, each named once; the first 50 of very many. */
            errors?: components["schemas"]["RefusedValue"][];
        };
        /** @description A value that was refused, named by exactly one of `pointer`, `parameter` and `header`. */
        RefusedValue: {
            /** @description Where in the body, as a JSON Pointer (RFC 6901). */
            pointer?: string;
            /** @description Which parameter of the path or the query. */
            parameter?: string;
            /** @description Which header. */
            header?: string;
            /** @description What is wrong with it, for people. */
            message: string;
            /**
             * @description What is wrong with it, for programs: the keyword of the schema that it breaks (`required`, `maxLength`, `pattern`,
             *     `additionalProperties`, …), or `text` (NUL or half a character), `empty` (a parameter without a value), `repeated` (a
             *     parameter given twice), `unknown` (no such parameter), `excluded` (does not go together with another), `cursor` (not
             *     made here), `depth` (values within values within values, too many of them), `reused` (an `Idempotency-Key` with
             *     another payload), `reference` (names nothing of yours), `unique` (another one has it), `invalid` (anything else).
             */
            code: string;
        };
        BadRequestProblem: {
            /** @constant */
            type?: "/docs#bad-request";
            /** @constant */
            title?: "Bad Request";
            /** @constant */
            status?: 400;
        } & components["schemas"]["Problem"];
        UnauthorizedProblem: {
            /** @constant */
            type?: "/docs#unauthorized";
            /** @constant */
            title?: "Unauthorized";
            /** @constant */
            status?: 401;
        } & components["schemas"]["Problem"];
        ForbiddenProblem: {
            /** @constant */
            type?: "/docs#forbidden";
            /** @constant */
            title?: "Forbidden";
            /** @constant */
            status?: 403;
        } & components["schemas"]["Problem"];
        NotFoundProblem: {
            /** @constant */
            type?: "/docs#not-found";
            /** @constant */
            title?: "Not Found";
            /** @constant */
            status?: 404;
        } & components["schemas"]["Problem"];
        IdempotencyKeyInUseProblem: {
            /** @constant */
            type?: "/docs#idempotency-key-in-use";
            /** @constant */
            title?: "Idempotency Key In Use";
            /** @constant */
            status?: 409;
        } & components["schemas"]["Problem"];
        PreconditionFailedProblem: {
            /** @constant */
            type?: "/docs#precondition-failed";
            /** @constant */
            title?: "Precondition Failed";
            /** @constant */
            status?: 412;
        } & components["schemas"]["Problem"];
        ContentTooLargeProblem: {
            /** @constant */
            type?: "/docs#content-too-large";
            /** @constant */
            title?: "Content Too Large";
            /** @constant */
            status?: 413;
        } & components["schemas"]["Problem"];
        UnsupportedMediaTypeProblem: {
            /** @constant */
            type?: "/docs#unsupported-media-type";
            /** @constant */
            title?: "Unsupported Media Type";
            /** @constant */
            status?: 415;
        } & components["schemas"]["Problem"];
        UnprocessableContentProblem: {
            /** @constant */
            type?: "/docs#unprocessable-content";
            /** @constant */
            title?: "Unprocessable Content";
            /** @constant */
            status?: 422;
        } & WithRequired<components["schemas"]["Problem"], "errors">;
        TooManyRequestsProblem: {
            /** @constant */
            type?: "/docs#too-many-requests";
            /** @constant */
            title?: "Too Many Requests";
            /** @constant */
            status?: 429;
        } & components["schemas"]["Problem"];
        InternalServerErrorProblem: {
            /** @constant */
            type?: "/docs#internal-server-error";
            /** @constant */
            title?: "Internal Server Error";
            /** @constant */
            status?: 500;
        } & components["schemas"]["Problem"];
        ServiceUnavailableProblem: {
            /** @constant */
            type?: "/docs#service-unavailable";
            /** @constant */
            title?: "Service Unavailable";
            /** @constant */
            status?: 503;
        } & components["schemas"]["Problem"];
    };
    responses: {
        /** @description Yes. */
        Status: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Status"];
            };
        };
        /** @description The page. */
        Page: {
            headers: {
                /**
                 * @description The version of what was answered. It changes with every change.
                 * @example "1"
                 */
                ETag: string;
                /**
                 * @description Only the scripts of the page itself may run, and it may talk to this server alone.
                 * @example default-src 'none'; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; connect-src 'self'
                 */
                "Content-Security-Policy": string;
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "text/html": string;
            };
        };
        /** @description It is still the same; there is no body. */
        NotModified: {
            headers: {
                /**
                 * @description The version of what was answered. It changes with every change.
                 * @example "1"
                 */
                ETag: string;
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description It cannot be read as a request. */
        BadRequest: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["BadRequestProblem"];
            };
        };
        /** @description There is no valid token. */
        Unauthorized: {
            headers: {
                /** @description What is wrong with the token (RFC 6750). There is no `error` when no token was sent. */
                "WWW-Authenticate": string;
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["UnauthorizedProblem"];
            };
        };
        /** @description The path names another user. */
        Forbidden: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ForbiddenProblem"];
            };
        };
        /** @description There is no such thing, or it is not yours. */
        NotFound: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NotFoundProblem"];
            };
        };
        /** @description A request with this `Idempotency-Key` is still running. */
        IdempotencyKeyInUse: {
            headers: {
                /**
                 * @description How many seconds to wait before trying again.
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["IdempotencyKeyInUseProblem"];
            };
        };
        /** @description It has changed in the meantime. Nothing was done. */
        PreconditionFailed: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["PreconditionFailedProblem"];
            };
        };
        /** @description The body is over the limit (100 kB unless the operator set another). */
        ContentTooLarge: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ContentTooLargeProblem"];
            };
        };
        /** @description The body is not uncompressed JSON in UTF-8. */
        UnsupportedMediaType: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
            };
        };
        /** @description A value breaks the contract (`errors` names each), or the `Idempotency-Key` came with another payload before. */
        UnprocessableContent: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["UnprocessableContentProblem"];
            };
        };
        /** @description Too many requests in this minute. */
        TooManyRequests: {
            headers: {
                /**
                 * @description How many seconds to wait before trying again.
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description How many requests a minute are allowed.
                 * @example 600
                 */
                "RateLimit-Limit": number;
                /**
                 * @description How many requests are left in this minute.
                 * @example 0
                 */
                "RateLimit-Remaining": number;
                /**
                 * @description In how many seconds the count starts again.
                 * @example 42
                 */
                "RateLimit-Reset": number;
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
            };
        };
        /** @description A fault of the server. The details are in its log. */
        InternalServerError: {
            headers: {
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InternalServerErrorProblem"];
            };
        };
        /** @description The database or the keys of the token issuer cannot be reached, or the server is stopping. */
        ServiceUnavailable: {
            headers: {
                /**
                 * @description How many seconds to wait before trying again.
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description The id of this request, as it stands in the server's log.
                 * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                 */
                "X-Request-Id": string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ServiceUnavailableProblem"];
            };
        };
    };
    parameters: {
        /**
         * @description Your user id, the `sub` of your token.
         * @example alice
         */
        UserId: components["schemas"]["UserId"];
        /**
         * @description The id of the task.
         * @example 42
         */
        TaskId: components["schemas"]["Id"];
        /** @description How many items a page has at most. */
        Limit: number;
        /** @description How many items to skip. Not together with `cursor`. */
        Offset: number;
        /** @description Where the page starts. Take it from the `Link` header of the page before. Not together with `offset`. */
        Cursor: string;
        /** @description With `exact`, `X-Total-Count` says how many items match on all pages together. Counting costs time on long lists. */
        Count: "none" | "exact";
        /**
         * @description Makes a retry safe: the same key with the same payload within 24 hours answers the first answer again. With another
         *     payload it is `422`, and while the first request is still running it is `409`.
         * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
         */
        IdempotencyKey: string;
        /**
         * @description Act only if the item still has this `ETag` (or one of several, or `*`); otherwise `412`.
         * @example "1"
         */
        IfMatch: components["schemas"]["EntityTags"];
        /**
         * @description Answer `304` without a body if the `ETag` is still this one.
         * @example "1"
         */
        IfNoneMatch: components["schemas"]["EntityTags"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description The version of what was answered. It changes with every change.
         * @example "1"
         */
        ETag: string;
        /**
         * @description The version that this change made.
         * @example "2"
         */
        NewETag: string;
        /**
         * @description The address of what was created.
         * @example /api/alice/tasks/42
         */
        Location: string;
        /** @description The next page, `<address>; rel="next"` (RFC 8288). Absent on the last page. */
        Link: string;
        /**
         * @description Only the scripts of the page itself may run, and it may talk to this server alone.
         * @example default-src 'none'; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; connect-src 'self'
         */
        "Content-Security-Policy": string;
        /**
         * @description How many items match on all pages together. Only with `count=exact`.
         * @example 2
         */
        "X-Total-Count": number;
        /**
         * @description The id of this request, as it stands in the server's log.
         * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
         */
        "X-Request-Id": string;
        /** @description What is wrong with the token (RFC 6750). There is no `error` when no token was sent. */
        "WWW-Authenticate": string;
        /**
         * @description How many seconds to wait before trying again.
         * @example 5
         */
        "Retry-After": number;
        /**
         * @description How many requests a minute are allowed.
         * @example 600
         */
        "RateLimit-Limit": number;
        /**
         * @description How many requests are left in this minute.
         * @example 0
         */
        "RateLimit-Remaining": number;
        /**
         * @description In how many seconds the count starts again.
         * @example 42
         */
        "RateLimit-Reset": number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listTasks: {
        parameters: {
            query?: {
                /** @description Only the tasks in this state. */
                status?: "all" | "pending" | "completed";
                /**
                 * @description Only the tasks whose title or description contains this text, in any letter case. `%` and `_` mean themselves.
                 * @example milk
                 */
                q?: string;
                /**
                 * @description What to order by. Ties are broken by `id`, so the order is total. `title` follows the collation of the database;
                 *     under `due_date` the undated tasks come last in both directions.
                 */
                sort?: "created" | "title" | "due_date";
                /** @description The direction. When it is left out, `created` is `desc`, `title` and `due_date` are `asc`. */
                order?: "asc" | "desc";
                /** @description How many items a page has at most. */
                limit?: components["parameters"]["Limit"];
                /** @description How many items to skip. Not together with `cursor`. */
                offset?: components["parameters"]["Offset"];
                /** @description Where the page starts. Take it from the `Link` header of the page before. Not together with `offset`. */
                cursor?: components["parameters"]["Cursor"];
                /** @description With `exact`, `X-Total-Count` says how many items match on all pages together. Counting costs time on long lists. */
                count?: components["parameters"]["Count"];
            };
            header?: never;
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tasks of this page; an empty array when there are none. */
            200: {
                headers: {
                    /** @description The next page, `<address>; rel="next"` (RFC 8288). Absent on the last page. */
                    Link?: string;
                    /**
                     * @description How many items match on all pages together. Only with `count=exact`.
                     * @example 2
                     */
                    "X-Total-Count"?: number;
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"][];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Makes a retry safe: the same key with the same payload within 24 hours answers the first answer again. With another
                 *     payload it is `422`, and while the first request is still running it is `409`.
                 * @example 8e03978e-40d5-43dd-bc93-6894a57f9324
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
            };
            cookie?: never;
        };
        /** @description The task to create. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCreate"];
            };
        };
        responses: {
            /** @description The task was created. `Location` is its address. */
            201: {
                headers: {
                    /**
                     * @description The address of what was created.
                     * @example /api/alice/tasks/42
                     */
                    Location: string;
                    /**
                     * @description The version of what was answered. It changes with every change.
                     * @example "1"
                     */
                    ETag: string;
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["IdempotencyKeyInUse"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer `304` without a body if the `ETag` is still this one.
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
                /**
                 * @description The id of the task.
                 * @example 42
                 */
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /**
                     * @description The version of what was answered. It changes with every change.
                     * @example "1"
                     */
                    ETag: string;
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Act only if the item still has this `ETag` (or one of several, or `*`); otherwise `412`.
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
                /**
                 * @description The id of the task.
                 * @example 42
                 */
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        /** @description The fields to change, at least one. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskUpdate"];
            };
        };
        responses: {
            /** @description The task as it is now. */
            200: {
                headers: {
                    /**
                     * @description The version that this change made.
                     * @example "2"
                     */
                    ETag: string;
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteTask: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Act only if the item still has this `ETag` (or one of several, or `*`); otherwise `412`.
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
                /**
                 * @description The id of the task.
                 * @example 42
                 */
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task is gone. */
            204: {
                headers: {
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    toggleTaskComplete: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Act only if the item still has this `ETag` (or one of several, or `*`); otherwise `412`.
                 * @example "1"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description Your user id, the `sub` of your token.
                 * @example alice
                 */
                user_id: components["parameters"]["UserId"];
                /**
                 * @description The id of the task.
                 * @example 42
                 */
                id: components["parameters"]["TaskId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task as it is now. */
            200: {
                headers: {
                    /**
                     * @description The version that this change made.
                     * @example "2"
                     */
                    ETag: string;
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getService: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service introduces itself. */
            200: {
                headers: {
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Service"];
                };
            };
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Status"];
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Status"];
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current figures. */
            200: {
                headers: {
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getContractYaml: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer `304` without a body if the `ETag` is still this one.
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract in YAML. */
            200: {
                headers: {
                    /**
                     * @description The version of what was answered. It changes with every change.
                     * @example "1"
                     */
                    ETag: string;
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            422: components["responses"]["UnprocessableContent"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getContractJson: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer `304` without a body if the `ETag` is still this one.
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract in JSON. */
            200: {
                headers: {
                    /**
                     * @description The version of what was answered. It changes with every change.
                     * @example "1"
                     */
                    ETag: string;
                    /**
                     * @description The id of this request, as it stands in the server's log.
                     * @example 0b8f9c1e-5a51-4d5c-9a0f-8f3b6a1c2d3e
                     */
                    "X-Request-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                        info: {
                            [key: string]: unknown;
                        };
                        paths: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            422: components["responses"]["UnprocessableContent"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer `304` without a body if the `ETag` is still this one.
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            422: components["responses"]["UnprocessableContent"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getTryPage: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Answer `304` without a body if the `ETag` is still this one.
                 * @example "1"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            422: components["responses"]["UnprocessableContent"];
            500: components["responses"]["InternalServerError"];
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};

/** The type of each problem that is documented. */
export const problemTypes: readonly string[] = [
    "/docs#bad-request",
    "/docs#unauthorized",
    "/docs#forbidden",
    "/docs#not-found",
    "/docs#idempotency-key-in-use",
    "/docs#precondition-failed",
    "/docs#content-too-large",
    "/docs#unsupported-media-type",
    "/docs#unprocessable-content",
    "/docs#too-many-requests",
    "/docs#internal-server-error",
    "/docs#service-unavailable"
];
