// SPDX-License-Identifier: Apache-2.0
// The program as it is run: started, listened to until it says where it is, and stopped.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";

// What `address` finds in what the program says (its first group) is where it listens.
export async function startServer(words, address) {
	const child = spawn(process.env.QUETSACH, words, { stdio: ["ignore", "ignore", "pipe"] });
	// A test that breaks down leaves no server behind.
	const end = () => child.kill("SIGTERM");
	process.once("exit", end);
	let said = "";
	const found = await new Promise((resolve, reject) => {
		child.stderr.on("data", (bytes) => {
			said += bytes;
			const where = address.exec(said);
			if (where)
				resolve(where[1]);
		});
		child.on("error", reject);
		child.on("exit", () => reject(new Error(`the server ended:\n${said}`)));
	});
	child.unref();
	child.stderr.unref();
	const stop = async () => {
		process.removeListener("exit", end);
		if (child.exitCode !== null || child.signalCode !== null)
			return;
		child.ref();
		const ended = once(child, "exit");
		end();
		await ended;
	};
	return { address: found, stop, said: () => said };
}

// What ended a moment ago may still be writing its last file.
export function removeFolder(folder) {
	rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}
