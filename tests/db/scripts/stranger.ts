process.stdout.write("here\n");
setInterval(() => {}, 1_000);
