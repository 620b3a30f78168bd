/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The procevt driver under load: eight threads open and close handles at random and fetch by event,
 * by inverted call or not at all, while thousands of processes start and end.
 *
 *     procevt_load PROCEVT.sys [PROCESSES [SEED]]
 *
 * One more handle, the reference, is open all the time. The driver hands every event to all handles
 * in one step, so what a handle saw must be a run of the reference's entries without a gap; and the
 * run must begin no later than the first process that was started after the handle was open. Every
 * process of ours must be in the reference twice: created, exited. At the end the driver must have
 * left nothing behind.
 */
#include <linux/netlink.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <windows.h>

#include "dotsys/dotsys.h"
#include "drivers/procevt/procevt.h"

#define THREADS         8
#define CALLS           3
#define SPAWNERS        2
#define MOST_FETCHED    200
#define PATIENCE_MS     60000
#define CANCELLED       0xC0000120u
#define MOST_PIDS       (1u << 22)
#define HASH_BITS       17
#define HASH_SLOTS      (1u << HASH_BITS)

struct entries {
    PROCEVT_ENTRY *entry;
    unsigned count, room;
};

/* What one handle saw. Processes from number after on were started when it was open. */
struct session {
    struct session *next;
    struct entries seen;
    unsigned after;
    const char *mode;
};

struct call {
    OVERLAPPED overlapped;
    PROCEVT_ENTRY entry;
};

extern char **environ;

static unsigned processes = 5000;
static atomic_uint begun;     /* processes whose start has begun */
static atomic_uint sessions_made;
static pid_t *pids;           /* by number */
static struct entries reference;
static HANDLE finished;       /* manual: the threads shall end */
static _Atomic(struct session *) sessions;
static atomic_uint failures;
static atomic_uint findings;

#define FAIL(...)                                                        \
    (fprintf(stderr, "procevt_load: " __VA_ARGS__), fputc('\n', stderr), \
        atomic_fetch_add(&failures, 1))

static void append(struct entries *entries, const PROCEVT_ENTRY *entry)
{
    if (entries->count == entries->room) {
        entries->room = entries->room == 0 ? 64 : entries->room * 2;
        entries->entry = realloc(entries->entry, entries->room * sizeof(*entry));
        if (entries->entry == NULL)
            abort();
    }
    entries->entry[entries->count++] = *entry;
}

/* ---- Handles --------------------------------------------------------------------------------- */

static HANDLE open_device(DWORD flags)
{
    HANDLE device = CreateFileA(PROCEVT_USER_NAME, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
        NULL, OPEN_EXISTING, flags, NULL);
    if (device == INVALID_HANDLE_VALUE)
        FAIL("CreateFile: error %u", GetLastError());
    return device;
}

static HANDLE create_event(BOOL manual)
{
    HANDLE event = CreateEventA(NULL, manual, FALSE, NULL);
    if (event == NULL)
        FAIL("CreateEvent: error %u", GetLastError());
    return event;
}

static void close_handle(HANDLE handle)
{
    if (!CloseHandle(handle))
        FAIL("CloseHandle: error %u", GetLastError());
}

static BOOL set_event(HANDLE device, HANDLE event)
{
    PROCEVT_EVENT input = {.Handle = (ULONG_PTR)event};
    DWORD returned;
    if (DeviceIoControl(
            device, IOCTL_SET_EVENT_HANDLE, &input, sizeof(input), NULL, 0, &returned, NULL))
        return TRUE;
    FAIL("IOCTL_SET_EVENT_HANDLE: error %u", GetLastError());
    return FALSE;
}

/* Fetches all there is, up to a number. */
static void drain(HANDLE device, struct entries *seen, unsigned most)
{
    while (seen->count < most) {
        PROCEVT_ENTRY entry;
        DWORD returned = 0;
        if (!DeviceIoControl(
                device, IOCTL_GET_PROCESS_ENTRY, NULL, 0, &entry, sizeof(entry), &returned, NULL)) {
            FAIL("IOCTL_GET_PROCESS_ENTRY: error %u", GetLastError());
            return;
        }
        if (returned == 0)
            return;
        append(seen, &entry);
    }
}

/* ---- Ways to fetch --------------------------------------------------------------------------- */

static void by_event(HANDLE device, struct entries *seen, unsigned most, unsigned *seed)
{
    HANDLE wait[2] = {create_event(FALSE), finished};
    (void)seed;
    if (wait[0] == NULL)
        return;
    if (set_event(device, wait[0])) {
        while (
            seen->count < most && WaitForMultipleObjects(2, wait, FALSE, INFINITE) == WAIT_OBJECT_0)
            drain(device, seen, most);
    }
    close_handle(wait[0]); /* the driver's reference is another one */
    close_handle(device);
}

static BOOL begin(HANDLE device, struct call *call)
{
    ResetEvent(call->overlapped.hEvent);
    if (DeviceIoControl(device, IOCTL_WAIT_PROCESS_ENTRY, NULL, 0, &call->entry,
            sizeof(call->entry), NULL, &call->overlapped) ||
        GetLastError() == ERROR_IO_PENDING)
        return TRUE;
    FAIL("IOCTL_WAIT_PROCESS_ENTRY: error %u", GetLastError());
    return FALSE;
}

/* A call that is over: an entry, or cancelled. */
static void take(const struct call *call, struct entries *seen)
{
    DWORD status = (DWORD)call->overlapped.Internal;
    if (status == 0 && call->overlapped.InternalHigh == sizeof(call->entry))
        append(seen, &call->entry);
    else if (status != CANCELLED)
        FAIL("IOCTL_WAIT_PROCESS_ENTRY: status %08x", status);
}

/* The oldest calls first. Whether the cancel comes from CancelIo or from the close, each call must
 * end. */
static void by_call(HANDLE device, struct entries *seen, unsigned most, unsigned *seed)
{
    struct call calls[CALLS] = {0};
    unsigned oldest = 0, pending = 0;
    for (unsigned i = 0; i < CALLS; i++) {
        calls[i].overlapped.hEvent = create_event(TRUE);
        if (calls[i].overlapped.hEvent == NULL || !begin(device, &calls[i]))
            break;
        pending++;
    }
    while (pending == CALLS && seen->count < most) {
        HANDLE wait[2] = {calls[oldest].overlapped.hEvent, finished};
        if (WaitForMultipleObjects(2, wait, FALSE, INFINITE) != WAIT_OBJECT_0)
            break;
        take(&calls[oldest], seen);
        pending -= !begin(device, &calls[oldest]);
        oldest = (oldest + 1) % CALLS;
    }
    if (rand_r(seed) & 1 && !CancelIo(device))
        FAIL("CancelIo: error %u", GetLastError());
    close_handle(device);
    for (unsigned i = 0; i < pending; i++) {
        const struct call *call = &calls[(oldest + i) % CALLS];
        if (WaitForSingleObject(call->overlapped.hEvent, PATIENCE_MS) == WAIT_OBJECT_0)
            take(call, seen);
        else
            FAIL("a request never ended");
    }
    for (unsigned i = 0; i < CALLS && calls[i].overlapped.hEvent != NULL; i++)
        close_handle(calls[i].overlapped.hEvent);
}

/* Looks once, and leaves with whatever is queued. */
static void by_chance(HANDLE device, struct entries *seen, unsigned most, unsigned *seed)
{
    (void)seed;
    drain(device, seen, most / 20);
    close_handle(device);
}

static void run_session(unsigned *seed)
{
    static const struct {
        const char *name;
        void (*run)(HANDLE device, struct entries *seen, unsigned most, unsigned *seed);
        DWORD flags;
    } modes[] = {
        {"event", by_event, 0}, {"call", by_call, FILE_FLAG_OVERLAPPED}, {"chance", by_chance, 0}};
    unsigned mode = (unsigned)rand_r(seed) % 3, most = (unsigned)rand_r(seed) % MOST_FETCHED;
    struct session *session = calloc(1, sizeof(*session));
    HANDLE device = open_device(modes[mode].flags);
    if (session == NULL)
        abort();
    session->after = atomic_load(&begun);
    session->mode = modes[mode].name;
    if (device != INVALID_HANDLE_VALUE)
        modes[mode].run(device, &session->seen, most, seed);
    atomic_fetch_add(&sessions_made, 1);
    session->next = atomic_load(&sessions);
    while (!atomic_compare_exchange_weak(&sessions, &session->next, session))
        ;
}

static void *run_client(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    do {
        run_session(&seed);
    } while (WaitForSingleObject(finished, 0) == WAIT_TIMEOUT && atomic_load(&failures) == 0);
    return NULL;
}

/* ---- Processes ------------------------------------------------------------------------------- */

static void *run_processes(void *argument)
{
    static char *const command[] = {"/bin/true", NULL};
    unsigned number;
    (void)argument;
    while ((number = atomic_fetch_add(&begun, 1)) < processes) {
        int status = posix_spawn(&pids[number], command[0], NULL, NULL, command, environ);
        if (status != 0 || waitpid(pids[number], &status, 0) != pids[number]) {
            FAIL("%s did not run", command[0]);
            break;
        }
    }
    return NULL;
}

/* Reads the reference until as many children of ours have exited as there shall be. */
static void *run_reference(void *argument)
{
    HANDLE device = argument, event = create_event(FALSE);
    unsigned exited = 0, looked = 0;
    if (event == NULL || !set_event(device, event))
        return NULL;
    while (exited < processes) {
        if (WaitForSingleObject(event, PATIENCE_MS) != WAIT_OBJECT_0) {
            FAIL("%u of %u processes never ended, it seems", processes - exited, processes);
            break;
        }
        drain(device, &reference, ~0u);
        for (; looked < reference.count; looked++)
            exited += reference.entry[looked].Kind == PROCEVT_EXITED &&
                reference.entry[looked].ParentId == (ULONG)getpid();
    }
    close_handle(event);
    return NULL;
}

/* ---- Judgement ------------------------------------------------------------------------------- */

static unsigned slots[HASH_SLOTS]; /* index in the reference and 1 */

static unsigned hash(const PROCEVT_ENTRY *entry)
{
    ULONG64 mixed = (entry->Time ^ (ULONG64)entry->ProcessId << 20 ^ entry->Kind) *
        0x9E3779B97F4A7C15u;
    return (unsigned)(mixed >> (64 - HASH_BITS));
}

/* Its index in the reference, or the reference's count. */
static unsigned find(const PROCEVT_ENTRY *entry)
{
    for (unsigned at = hash(entry); slots[at] != 0; at = (at + 1) % HASH_SLOTS) {
        if (memcmp(&reference.entry[slots[at] - 1], entry, sizeof(*entry)) == 0)
            return slots[at] - 1;
    }
    return reference.count;
}

static void index_reference(void)
{
    if (reference.count > HASH_SLOTS / 2)
        abort();
    for (unsigned i = 0; i < reference.count; i++) {
        const PROCEVT_ENTRY *entry = &reference.entry[i];
        unsigned at = hash(entry);
        if (entry->Kind == PROCEVT_LOST)
            FAIL("%u events lost", entry->Lost);
        if (find(entry) != reference.count)
            FAIL("process %u is there twice", entry->ProcessId);
        while (slots[at] != 0)
            at = (at + 1) % HASH_SLOTS;
        slots[at] = i + 1;
    }
}

/* First[n]: where the first of the processes from number n on was created. Each is created and
 * exits once, in this order. */
static void check_processes(unsigned *first)
{
    struct process {
        unsigned created, exited, at;
    } *table = calloc(MOST_PIDS, sizeof(*table));
    if (table == NULL)
        abort();
    for (unsigned i = 0; i < reference.count; i++) {
        const PROCEVT_ENTRY *entry = &reference.entry[i];
        struct process *process = &table[entry->ProcessId % MOST_PIDS];
        if (entry->ParentId != (ULONG)getpid())
            continue;
        if (entry->Kind == PROCEVT_CREATED) {
            process->created++;
            process->at = i;
        } else {
            process->exited += process->created;
        }
    }
    first[processes] = reference.count;
    for (unsigned n = processes; n-- > 0;) {
        const struct process *process = &table[(unsigned)pids[n] % MOST_PIDS];
        if (process->created != 1 || process->exited != 1)
            FAIL("process %d: created %u times, exited %u times", pids[n], process->created,
                process->exited);
        first[n] = process->created != 0 && process->at < first[n + 1] ? process->at : first[n + 1];
    }
    free(table);
}

static void check_session(const struct session *session, const unsigned *first)
{
    const struct entries *seen = &session->seen;
    unsigned start = seen->count != 0 ? find(&seen->entry[0]) : 0;
    unsigned after = session->after < processes ? session->after : processes;
    if (seen->count == 0)
        return;
    if (start == reference.count) {
        FAIL("by %s: an entry the reference has not", session->mode);
        return;
    }
    if (start > first[after])
        FAIL("by %s: began with entry %u, after process number %u at %u", session->mode, start,
            after, first[after]);
    for (unsigned i = 0; i < seen->count; i++) {
        if (start + i >= reference.count ||
            memcmp(&seen->entry[i], &reference.entry[start + i], sizeof(PROCEVT_ENTRY)) != 0) {
            FAIL("by %s: entry %u of %u is not the next one", session->mode, i, seen->count);
            return;
        }
    }
}

/* ---- main ------------------------------------------------------------------------------------ */

static void on_finding(void *context, const dotsys_finding *finding)
{
    (void)context;
    fprintf(stderr, "procevt_load: %s\n", finding->text);
    atomic_fetch_add(&findings, 1);
}

static pthread_t start(void *(*routine)(void *), void *argument)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, routine, argument) != 0)
        abort();
    return thread;
}

static void run_load(unsigned seed)
{
    pthread_t clients[THREADS], spawners[SPAWNERS], reader;
    HANDLE device = open_device(0);
    finished = create_event(TRUE);
    if (device == INVALID_HANDLE_VALUE || finished == NULL)
        return;
    reader = start(run_reference, device);
    for (unsigned i = 0; i < THREADS; i++)
        clients[i] = start(run_client, (void *)(uintptr_t)(seed * 1000 + i));
    for (unsigned i = 0; i < SPAWNERS; i++)
        spawners[i] = start(run_processes, NULL);
    for (unsigned i = 0; i < SPAWNERS; i++)
        pthread_join(spawners[i], NULL);
    pthread_join(reader, NULL);
    SetEvent(finished);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(clients[i], NULL);
    /* The clients may have seen others' processes that came after ours. */
    drain(device, &reference, ~0u);
    close_handle(device);
    close_handle(finished);
}

static void judge(void)
{
    unsigned *first = calloc(processes + 1, sizeof(*first));
    if (first == NULL)
        abort();
    index_reference();
    check_processes(first);
    for (const struct session *session = sessions; session != NULL; session = session->next)
        check_session(session, first);
    free(first);
}

/* Only the kernel tells of every process, however short its life; without its word there is nothing
 * to judge by. */
static int processes_are_told(void)
{
    const struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = 1 /* CN_IDX_PROC */};
    int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);
    int told = netlink >= 0 && bind(netlink, (const struct sockaddr *)&group, sizeof(group)) == 0;

    if (netlink >= 0)
        close(netlink);
    return told;
}

int main(int argc, char **argv)
{
    const dotsys_options options = {.size = sizeof(options), .finding = on_finding};
    unsigned seed = argc > 3 ? (unsigned)atoi(argv[3]) : (unsigned)getpid();
    dotsys_machine *machine;
    if (argc > 2)
        processes = (unsigned)atoi(argv[2]);
    if (argc < 2 || processes == 0 || (pids = calloc(processes, sizeof(*pids))) == NULL) {
        fprintf(stderr, "Usage: procevt_load PROCEVT.sys [PROCESSES [SEED]]\n");
        return 2;
    }
    if (!processes_are_told()) {
        puts("left out: this user, or container, is not told of the host's processes");
        return 77;
    }
    if (dotsys_machine_open(&options, &machine) != DOTSYS_OK ||
        dotsys_driver_start(machine, "procevt", argv[1]) != DOTSYS_OK) {
        fprintf(stderr, "procevt_load: %s\n", dotsys_last_message());
        return 1;
    }
    run_load(seed);
    if (dotsys_driver_stop(machine, "procevt") != DOTSYS_OK)
        FAIL("stop: %s", dotsys_last_message());
    if (dotsys_machine_stopped(machine, NULL))
        FAIL("the machine has stopped");
    dotsys_machine_close(machine);
    if (atomic_load(&failures) == 0)
        judge();
    printf("seed %u: %u processes, %u events, %u sessions, %u failures, %u findings\n", seed,
        processes, reference.count, atomic_load(&sessions_made), atomic_load(&failures),
        atomic_load(&findings));
    return atomic_load(&failures) != 0 || atomic_load(&findings) != 0;
}
