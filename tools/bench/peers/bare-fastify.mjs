// The least that a service in this language can be: one static answer, no database.
import { fastify } from 'fastify';

const app = fastify();
app.get('/health/ready', () => ({ status: 'ok' }));
process.on('SIGTERM', () => void app.close());
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
