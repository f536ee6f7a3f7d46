// What is asked of a list: every documented order and filter, near and far from its start, and what costs more.

export interface Case {
  name: string;
  /** The query string of the list; `far` takes a page from the middle of it. */
  query: string;
  far: boolean;
}

const states = ['all', 'pending', 'completed'];
const orders = ['created desc', 'created asc', 'title asc', 'title desc', 'due_date asc', 'due_date desc'];

const searches = {
  'rare (zebra)': 'zebra',
  'frequent (milk)': 'milk',
  'absent (xylophone)': 'xylophone',
  'two characters, frequent (mi)': 'mi',
  'two characters, absent (qz)': 'qz',
};

export const cases: Case[] = [
  ...states.flatMap((status) =>
    orders.flatMap((order) => {
      const [sort, direction] = order.split(' ');
      const query = `limit=10&status=${status}&sort=${sort}&order=${direction}`;
      const name = `${status}, by ${order}`;
      return [
        { name, query, far: false },
        { name: `${name}, from the middle by cursor`, query, far: true },
      ];
    }),
  ),
  ...Object.entries(searches).map(([name, q]) => ({ name: `q ${name}`, query: `limit=10&q=${q}`, far: false })),
  ...states.map((status) => ({
    name: `${status}, count=exact`,
    query: `limit=10&status=${status}&count=exact`,
    far: false,
  })),
  { name: 'q frequent (milk), count=exact', query: 'limit=10&q=milk&count=exact', far: false },
];

/** The only one whose cost grows with its number. */
export const skipping = (size: number): Case => ({
  name: 'from the middle by offset',
  query: `limit=10&offset=${size / 2}`,
  far: false,
});
