import pg from 'pg';

// Started as a program of its own, cold like everybody else: node connect-and-select.js AT_ONCE
const atOnce = Number(process.argv[2] ?? 1);
const urls = Object.entries(process.env).flatMap(([name, value]) =>
  /^BENCH_\d+_URL$/.test(name) && value !== undefined ? [value] : [],
);

async function lane(): Promise<void> {
  for (let url = urls.pop(); url !== undefined; url = urls.pop()) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('SELECT number, name, status FROM migrator.history ORDER BY seq');
    await client.end();
  }
}

await Promise.all(Array.from({ length: atOnce }, lane));
process.stdout.write('done\n');
