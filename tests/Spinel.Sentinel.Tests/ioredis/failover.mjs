// Counts once, says "written", and counts again until that succeeds with another primary.
import Redis from "ioredis";

const sentinels = process.argv.slice(2).map(port => ({ host: "127.0.0.1", port: Number(port) }));
const options = { sentinels, name: "mymaster", retryStrategy: () => 100, sentinelRetryStrategy: () => 100, maxRetriesPerRequest: null, connectTimeout: 2000 };
const primary = new Redis(options);
const replica = new Redis({ ...options, role: "slave" });
primary.on("error", () => {});
replica.on("error", () => {});

if (await primary.incr("counter") !== 1) {
    throw new Error("the counter is not new");
}

while (await replica.get("counter") !== "1") {
    await new Promise(resolve => setTimeout(resolve, 20));
}

replica.disconnect();
console.log("written");
await new Promise(resolve => primary.once("close", resolve));
const counted = await primary.incr("counter");
console.log(`counted ${counted}`);
process.exit(counted === 2 ? 0 : 1);
