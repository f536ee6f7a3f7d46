// The paths of a new resource and their operations, documented as those of tasks are.

import { capitalised, spaced } from '../words.ts';
import { conflictOfCreate, isUnique } from './conflict.ts';
import { changedRow, createExamples, exampleRow, updateExamples } from './examples.ts';
import { isFilter, listParameters } from './list-parameters.ts';
import { isNullable } from './new-field.ts';
import type { NewResource } from './new-resource.ts';
import { problems } from './problems.ts';
import { headers, ref } from './reference.ts';
import { listed, pascal } from './words.ts';

type Member = Record<string, unknown>;

/** By path: its parameters and operations. Rows that are shared can only be read. */
export function pathsOf(resource: NewResource): Record<string, Member> {
  const { collection, shared, toggle } = resource;
  const parameters = resource.pathParameters.map((name) => ref('parameters', name));
  const ofItem = [...parameters, ref('parameters', resource.idParameter)];
  return {
    [collection]: {
      ...(parameters.length > 0 && { parameters }),
      get: list(resource),
      ...(!shared && { post: create(resource) }),
    },
    [`${collection}/{id}`]: {
      parameters: ofItem,
      get: read(resource),
      ...(!shared && { put: update(resource), delete: remove(resource) }),
    },
    ...(toggle && { [`${collection}/{id}/${toggle.verb}`]: { parameters: ofItem, patch: toggled(resource, toggle) } }),
  };
}

function list(resource: NewResource): Member {
  const { names, shared, parent, fields } = resource;
  const which = parent
    ? `the ${names.many} of ${parent.names.aOne}`
    : shared
      ? `the ${names.many}`
      : `your ${names.many}`;
  const narrowed = [fields.some(isFilter) && 'filters', fields.some(({ search }) => search) && 'search'].filter(
    Boolean,
  );
  const combine =
    narrowed.length > 0 ? ` ${capitalised([...narrowed, 'order'].join(', '))} and paging combine freely.` : '';
  return {
    ...heading(resource, `list${names.schemas}`, `List ${which}`),
    description: `${capitalised(which)}, newest first unless you ask for another order.${combine} When there are more ${names.many} than \`limit\`, \`Link\` holds the address of the next page.`,
    parameters: listParameters(resource),
    responses: {
      '200': {
        description: `The ${names.many} of this page; an empty array when there are none.`,
        headers: headers('Link', 'X-Total-Count', 'X-Request-Id'),
        content: json(
          { type: 'array', items: ref('schemas', names.schema) },
          {
            page: {
              summary: `Two ${names.many}, newest first`,
              value: [exampleRow(resource, 'other'), exampleRow(resource)],
            },
            empty: { summary: `No ${names.one} matches`, value: [] },
          },
        ),
      },
      ...problems(resource, [parent !== undefined && '404']),
    },
  };
}

function create(resource: NewResource): Member {
  const { names, parent, fields } = resource;
  const required = fields.filter((field) => field.required).map(({ name }) => `\`${name}\``);
  const needed =
    required.length === 0
      ? 'Nothing is required'
      : `Only ${listed(required)} ${required.length > 1 ? 'are' : 'is'} required`;
  const set = ['`id`', '`user_id`', ...(parent ? [`\`${parent.column}\``] : []), 'the times'];
  const place = parent ? ` to ${parent.names.aOne} of yours` : '';
  return {
    ...heading(resource, `create${names.schema}`, `Create ${names.aOne}`),
    description: `Adds ${names.aOne}${place}. ${needed}. The owner is the user of the token; ${listed(set)} are set by the server and refused in the body. Send an \`Idempotency-Key\` to make a retry safe.`,
    parameters: [ref('parameters', 'IdempotencyKey')],
    requestBody: body(`The ${names.one} to create.`, `${names.schema}Create`, createExamples(resource)),
    responses: {
      '201': {
        description: `The ${names.one} was created. \`Location\` is its address.`,
        headers: headers('Location', 'ETag', 'X-Request-Id'),
        content: json(ref('schemas', names.schema), { created: ref('examples', names.schema) }),
      },
      ...problems(resource, [parent !== undefined && '404', '409', '413', '415'], conflictOfCreate(resource)),
    },
  };
}

function read(resource: NewResource): Member {
  const { names, shared } = resource;
  const whose = shared
    ? `One of the ${names.many}, with its \`ETag\`.`
    : `One of your ${names.many}, with its \`ETag\`. ${capitalised(names.aOne)} of somebody else is answered like one that does not exist.`;
  return {
    ...heading(resource, `get${names.schema}`, `Read ${names.aOne}`),
    description: whose,
    parameters: [ref('parameters', 'IfNoneMatch')],
    responses: {
      '200': {
        description: `The ${names.one}.`,
        headers: headers('ETag', 'X-Request-Id'),
        content: json(ref('schemas', names.schema), { [names.singular]: ref('examples', names.schema) }),
      },
      '304': ref('responses', 'NotModified'),
      ...problems(resource, ['404']),
    },
  };
}

function update(resource: NewResource): Member {
  const { names, fields } = resource;
  const clearable = fields.filter(isNullable).map(({ name }) => `\`${name}\``);
  const clear =
    clearable.length > 0 ? ` Send \`null\` to clear ${listed(clearable).replace(/ and (?=\S+$)/, ' or ')}.` : '';
  const examples = updateExamples(resource);
  return {
    ...heading(resource, `update${names.schema}`, `Change ${names.aOne}`),
    description: `Changes only the fields that you send; the others stay as they are.${clear} \`updated_at\` and the \`ETag\` move with every change.`,
    parameters: [ref('parameters', 'IfMatch')],
    requestBody: body('The fields to change, at least one.', `${names.schema}Update`, examples),
    responses: {
      '200': changed(resource, {
        updated: { summary: 'After the change', value: changedRow(resource, examples['change']?.value ?? {}) },
      }),
      ...problems(resource, ['404', isUnique(resource) && '409', '412', '413', '415'], 'Conflict'),
    },
  };
}

function remove(resource: NewResource): Member {
  const { names } = resource;
  return {
    ...heading(resource, `delete${names.schema}`, `Delete ${names.aOne}`),
    description: `Removes the ${names.one} for good. Deleting it again answers \`404\`.`,
    parameters: [ref('parameters', 'IfMatch')],
    responses: {
      '204': { description: `The ${names.one} is gone.`, headers: headers('X-Request-Id') },
      ...problems(resource, ['404', '412']),
    },
  };
}

function toggled(resource: NewResource, { field, verb }: NonNullable<NewResource['toggle']>): Member {
  const { names } = resource;
  const value = changedRow(resource, { [field]: exampleRow(resource)[field] !== true });
  return {
    ...heading(resource, `toggle${names.schema}${pascal(verb)}`, `Turn ${spaced(field)} of ${names.aOne} around`),
    'x-toggle': field,
    description: `Turns \`${field}\` into its opposite, in one step: two callers at once turn it twice. It takes no body. To set a certain state, use *Change ${names.aOne}*.`,
    parameters: [ref('parameters', 'IfMatch')],
    responses: {
      '200': changed(resource, { turned: { summary: `After \`${field}\` was turned`, value } }),
      ...problems(resource, ['404', '412']),
    },
  };
}

function changed({ names }: NewResource, examples: Member): Member {
  return {
    description: `The ${names.one} as it is now.`,
    headers: { ETag: ref('headers', 'NewETag'), ...headers('X-Request-Id') },
    content: json(ref('schemas', names.schema), examples),
  };
}

function heading({ names }: NewResource, operationId: string, summary: string): Member {
  return { operationId, tags: [capitalised(names.many)], summary };
}

function body(description: string, schema: string, examples: Member): Member {
  return { required: true, description, content: json(ref('schemas', schema), examples) };
}

function json(schema: Member, examples: Member): Member {
  return { 'application/json': { schema, examples } };
}
