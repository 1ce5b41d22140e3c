"""P1, the other half: the power goes. A loop-mounted file system is shut down without writing what it holds, and only what
was synced is there afterwards. The negative control does not sync, and must lose something, or the run proves nothing."""

import asyncio
import contextlib
import fcntl
import os
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile

from load import Ledger, Marks
from postgres import Cluster, programs
from stage import Stage, crew, preloaded, say

IMAGE_BYTES = 768 * 1024 * 1024
FS_IOC_SHUTDOWN = 0x8004587D
WITHOUT_WRITING = 2  # neither the data nor the file system's own journal
UNSYNCED = sorted(pathlib.Path("/usr/lib").glob("*/libeatmydata.so"))  # fsync that does nothing


def has_loop_devices():
    """Whether they can be used here: in a container they may only be seen."""
    if not shutil.which("losetup"):
        return False
    with tempfile.NamedTemporaryFile() as file:
        file.truncate(1 << 20)
        made = subprocess.run(["losetup", "--find", "--show", file.name], capture_output=True, text=True)
        if made.returncode == 0:
            subprocess.run(["losetup", "--detach", made.stdout.strip()], check=True)
        return made.returncode == 0


def why_not(store):
    """Why power cannot be cut on this machine, "" when it can."""
    if os.geteuid() != 0:
        return "needs root to mount"
    if not has_loop_devices():
        return "no loop devices"
    if store == "sqlite" and not UNSYNCED:
        return "no libeatmydata for the negative control (Debian package libeatmydata1)"
    if store == "postgres" and not programs():
        return "PostgreSQL is not installed"
    return ""


class Disk:
    """An ext4 file system in a file, whose power can be cut."""

    def __init__(self, folder):
        self.image, self.path = folder / "image", folder / "disk"

    def create(self):
        self.path.mkdir(parents=True)
        with open(self.image, "wb") as file:
            file.truncate(IMAGE_BYTES)
        subprocess.run(["mkfs.ext4", "-q", self.image], check=True, stdin=subprocess.DEVNULL)
        self.mount()
        self.path.chmod(0o777)

    def mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.path], check=True)

    def write_back(self):
        """All that its users have written so far is safe from here on."""
        subprocess.run(["sync", "-f", self.path], check=True)

    def cut_power(self):
        number = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(number, FS_IOC_SHUTDOWN, struct.pack("I", WITHOUT_WRITING))
        finally:
            os.close(number)

    def unmount(self):
        subprocess.run(["umount", self.path], check=True)

    def close(self):
        if os.path.ismount(self.path):
            subprocess.run(["umount", "-l", self.path], check=False, stderr=subprocess.DEVNULL)
        self.image.unlink(missing_ok=True)


class Rig:
    """The store under test on the disk, the server beside it."""

    def __init__(self, folder, store, synced):
        self.synced = synced
        self.disk = Disk(folder)
        self.disk.create()
        self.cluster = None
        if store == "postgres":
            self.cluster = Cluster(self.disk.path / "postgres", () if synced else ("fsync=off",)).create()
            self.stage = Stage(folder / "server", self.cluster, ai__enabled="false")
        else:
            self.stage = Stage(folder / "server", store__url=f"sqlite:{self.disk.path}/callboard.db", ai__enabled="false")
            if not synced:
                self.stage.start_options = {"env": preloaded(UNSYNCED[0])}

    async def start(self):
        await self.stage.start()
        if not self.synced:
            # The store itself survives. What is lost without syncing is what was acknowledged after this.
            await asyncio.to_thread(self.disk.write_back)

    async def stop_all(self):
        await self.stage.kill()
        if self.cluster is not None:
            self.cluster.kill()

    async def come_back(self):
        self.disk.unmount()
        self.disk.mount()
        if self.cluster is not None:
            await asyncio.to_thread(self.cluster.start)
        await self.start()

    def close(self):
        self.stage.close()
        if self.cluster is not None:
            self.cluster.close()
        self.disk.close()


def size_of(created, said):
    return len(created) + sum(map(len, said.values()))


async def cut_again_and_again(options, figures, synced, rounds):
    """Acknowledged writes and lost ones, before the cut and after it. What does not come back at all has lost all."""
    dice = random.Random(options.seed)
    folder = options.folder / ("synced" if synced else "unsynced")
    rig = await asyncio.to_thread(Rig, folder, options.store, synced)
    marks, acknowledged, lost, late, late_lost = Marks(), 0, 0, 0, 0
    try:
        await rig.start()
        for number in range(rounds):
            ledger = Ledger(rig.stage, marks, talks=8)
            await ledger.open_round()
            async with crew(*(ledger.client(n) for n in range(16))) as clients:
                await asyncio.sleep(dice.uniform(0.3, 1.5))
                # What is answered from here on is answered by a machine that a power loss would have stopped: while the
                # file system goes down, a sync under way may say that it succeeded.
                created = set(ledger.new_created)
                said = {ticket: set(heard) for ticket, heard in ledger.new_said.items()}
                rig.disk.cut_power()
                await rig.stop_all()
                ledger.over = True
                rig.stage.up.set()  # whoever waits for the server looks up, and ends
                await asyncio.gather(*clients)
            rig.stage.up.clear()
            after = ledger.new_created - created, {
                ticket: heard - said.get(ticket, set()) for ticket, heard in ledger.new_said.items()}
            ledger.new_created, ledger.new_said = created, said
            count = size_of(created, said)
            acknowledged += count
            late += size_of(*after)
            try:
                await rig.come_back()
                missing = await ledger.close_round()
            except (AssertionError, RuntimeError, subprocess.CalledProcessError) as why:
                if synced:
                    raise
                say(f"without syncing the store did not come back: {str(why)[:120]}")
                lost += count
                break
            lost += len(missing)
            late_lost += len(await ledger.missing(*after, ledger.before))
            for mark in missing if synced else []:
                figures.found("lost write", f"{mark}, acknowledged in round {number}, seed {options.seed}")
            if number % 10 == 9:
                say(f"power loss {number + 1} of {rounds}: {acknowledged:,} acknowledged, {lost} lost")
    finally:
        await asyncio.to_thread(rig.close)
        with contextlib.suppress(OSError):
            shutil.rmtree(folder / "server")
    return acknowledged, lost, late, late_lost


async def power_loss(options, figures):
    if reason := why_not(options.store):
        # Where the machine could but the run cannot, the promise is not shown. The short run is part of ops/test, which somebody
        # who is not root may run: there only root's devices count.
        could = has_loop_devices() if options.short else pathlib.Path("/dev/loop-control").exists()
        figures.tell("power losses", f"skipped: {reason}", "", False if could else None)
        return
    acknowledged, lost, late, late_lost = await cut_again_and_again(options, figures, True, options.power_losses)
    control, control_lost, *_ = await cut_again_and_again(options, figures, False, options.control_losses)
    figures.tell("power losses", options.power_losses)
    figures.tell("power loss: acknowledged writes", acknowledged)
    figures.exactly("power loss: lost", lost, 0)
    figures.tell("power loss: answered after the cut, not counted", late)
    figures.tell("power loss: of those not there", late_lost)
    figures.tell("negative control, nothing synced: acknowledged", control)
    figures.at_least("negative control, nothing synced: lost", control_lost, 1)
