/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The client's side of a served machine. Each thread that calls gets a channel (server/channel.h)
 * of its own the first time and gives it up when it ends. A thread of ours sits at the session and,
 * when the machine goes away, wakes everybody who waits for an answer. A child of fork starts anew:
 * the session is its parent's.
 */
#include "served.h"
#include "servedp.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "numbers.h"
#include "ps/block.h"
#include "server/control.h"
#include "server/directory.h"
#include "client/wide.h"

static int ServedSession = -1;
static unsigned ServedSpins;
static bool ServedGone;
static bool ServedWide; /* the machine's words are wider than ours */
static pthread_mutex_t ServedLock = PTHREAD_MUTEX_INITIALIZER;
static struct served_thread *ServedThreads;
static pthread_key_t ServedKey;
_Thread_local struct served_thread *ServedThis;
static _Thread_local struct channel_patience ServedPatience;

/* ---- Threads --------------------------------------------------------------------------------- */

static void ServedFree(struct served_thread *Thread)
{
    munmap(Thread->channel, CHANNEL_BYTES);
    PsFreeThreadBlock(Thread->teb);
    free(Thread);
}

static void ServedLeave(void *Value)
{
    struct served_thread *Thread = Value;

    ServedThis = NULL;
    pthread_mutex_lock(&ServedLock);
    *Thread->link = Thread->next;
    if (Thread->next != NULL)
        Thread->next->link = Thread->link;
    pthread_mutex_unlock(&ServedLock);
    Thread->channel->service = CHANNEL_LEAVE;
    channel_pass(Thread->channel, CHANNEL_CLIENT, CHANNEL_SERVER);
    ServedFree(Thread);
}

static struct channel *ServedMakeChannel(int *File)
{
    *File = memfd_create("dotsys channel", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (*File < 0)
        return NULL;
    void *Channel = MAP_FAILED;
    if (ftruncate(*File, CHANNEL_BYTES) == 0 &&
        fcntl(*File, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
        Channel = mmap(NULL, CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, *File, 0);
    if (Channel == MAP_FAILED) {
        close(*File);
        return NULL;
    }
    return Channel;
}

static void ServedTellBlocks(struct served_thread *Thread)
{
    const PS_BLOCKS Blocks = PsMakeBlocks(ServedWide);
    uint64_t *Told = Thread->channel->block;

    Thread->teb = Blocks.Teb;
    Told[CHANNEL_PEB] = Blocks.Peb;
    Told[CHANNEL_WOW64_PEB] = Blocks.Wow64Peb;
    Told[CHANNEL_IMAGE_BASE] = Blocks.ImageBase;
    Told[CHANNEL_TEB] = Blocks.Teb;
}

/* The calling thread's channel, made and sent. NULL: out of memory, or the machine is gone. */
static struct served_thread *ServedEnter(void)
{
    struct served_thread *Thread = calloc(1, sizeof(*Thread));
    int File;

    if (Thread == NULL)
        return NULL;
    Thread->channel = ServedMakeChannel(&File);
    if (Thread->channel == NULL) {
        free(Thread);
        return NULL;
    }
    Thread->channel->thread = (uint32_t)gettid();
    Thread->host = host_thread_self();
    ServedTellBlocks(Thread);
    pthread_mutex_lock(&ServedLock);
    bool Sent = !ServedGone && channel_send(ServedSession, File);
    if (Sent) {
        Thread->next = ServedThreads;
        Thread->link = &ServedThreads;
        if (Thread->next != NULL)
            Thread->next->link = &Thread->next;
        ServedThreads = Thread;
    }
    pthread_mutex_unlock(&ServedLock);
    close(File);
    if (!Sent) {
        ServedFree(Thread);
        return NULL;
    }
    pthread_setspecific(ServedKey, Thread);
    ServedThis = Thread;
    ServedPatience = channel_patience(ServedSpins);
    return Thread;
}

/* ---- What goes along ------------------------------------------------------------------------- */

/* The arguments that are not zero. Returns how many. */
static unsigned ServedSendArguments(struct channel *Channel, const ULONG64 *Slot, ULONG Count)
{
    unsigned Words = 0, Present = 0;

    for (ULONG i = 0; i < Count; i++) {
        if (Slot[i] == 0)
            continue;
        Channel->word[Words++] = Slot[i];
        Present |= 1u << i;
    }
    Channel->present = (uint16_t)Present;
    Channel->region_count = 0;
    return Words;
}

#define SERVED_BLOCK 4u  /* arguments of reads, writes and control requests */
#define SERVED_OFFSET 7u /* of the first two */

/*
 * The memory of ours that goes along with the busiest services: their status block, and the offset.
 * The Win32 calls have both in memory of their own, or have written there. Returns how many parts.
 */
static uint8_t ServedFindRegions(
    ULONG Number, const ULONG64 *Slot, struct channel_region Region[CHANNEL_REGIONS])
{
    uint8_t Count = 0;

    if (Number != SYS_NUMBER_DeviceIoControlFile && Number != SYS_NUMBER_ReadFile &&
        Number != SYS_NUMBER_WriteFile)
        return 0;
    if (Slot[SERVED_BLOCK] != 0)
        Region[Count++] = (struct channel_region){
            SERVED_BLOCK, CHANNEL_WRITTEN, sizeof(IO_STATUS_BLOCK)};
    if (Number != SYS_NUMBER_DeviceIoControlFile && Slot[SERVED_OFFSET] != 0)
        Region[Count++] = (struct channel_region){
            SERVED_OFFSET, CHANNEL_READ, sizeof(LARGE_INTEGER)};
    return Count;
}

/* Words: those that the arguments have taken. */
static void ServedSendRegions(struct channel *Channel, unsigned Words, const ULONG64 *Slot,
    const struct channel_region *Region, uint8_t Count)
{
    Channel->region_count = Count;
    for (unsigned i = 0; i < Count; i++) {
        Channel->region[i] = Region[i];
        if (Region[i].use == CHANNEL_READ) {
            memcpy(&Channel->word[Words], (const void *)(uintptr_t)Slot[Region[i].argument],
                Region[i].bytes);
            Words += CHANNEL_REGION_WORDS;
        }
    }
}

static void ServedTakeBack(const struct channel *Channel, const ULONG64 *Slot,
    const struct channel_region *Region, uint8_t Count)
{
    for (unsigned i = 0; i < Count && i < Channel->region_count; i++) {
        const struct channel_written Written = Channel->written[i];
        if (Region[i].use == CHANNEL_WRITTEN && Written.begin < Written.end &&
            Written.end <= Region[i].bytes)
            memcpy((char *)(uintptr_t)Slot[Region[i].argument] + Written.begin,
                (const char *)&Channel->word[i * CHANNEL_REGION_WORDS] + Written.begin,
                (size_t)(Written.end - Written.begin));
    }
}

/* ---- Calls ----------------------------------------------------------------------------------- */

bool ServedPassAndWait(struct channel *Channel, uint32_t Service)
{
    Channel->service = Service;
    return channel_pass(Channel, CHANNEL_CLIENT, CHANNEL_SERVER) &&
        channel_wait_patiently(Channel, CHANNEL_SERVER, &ServedPatience) == CHANNEL_CLIENT;
}

/* The service under way wants something done with our memory before it can answer. */
static bool ServedExchange(struct channel *Channel, uint32_t Service)
{
    if (!ServedPassAndWait(Channel, Service))
        return false;
    return Channel->routine_count != CHANNEL_ERRAND || ServedRunErrands(Channel);
}

typedef void (*SERVED_ROUTINE)(void *Context, void *Argument1, void *Argument2);

/* The user APCs of the service that has returned: all are taken over before the first is called,
 * which may call services itself. */
static size_t ServedTakeRoutines(struct channel *Channel, struct channel_routine **Routines)
{
    size_t Count = 0;
    bool More = true;

    *Routines = NULL;
    while (More) {
        uint32_t New = Channel->routine_count <= CHANNEL_ROUTINES ? Channel->routine_count
                                                                  : CHANNEL_ROUTINES;
        struct channel_routine *Moved = realloc(*Routines, (Count + New + 1) * sizeof(*Moved));
        if (Moved == NULL)
            break;
        *Routines = Moved;
        memcpy(*Routines + Count, Channel->routine, New * sizeof(**Routines));
        Count += New;
        More = Channel->more != 0 && ServedExchange(Channel, CHANNEL_MORE);
    }
    return Count;
}

/* Those that were queued meanwhile are called, too, before the service returns; who asks for them
 * waits alertably for no time. */
static void ServedRunRoutines(struct channel *Channel)
{
    static const LARGE_INTEGER NoTime;
    bool More = true;

    while (More) {
        struct channel_routine *Routines;
        size_t Count = ServedTakeRoutines(Channel, &Routines);
        for (size_t i = 0; i < Count; i++)
            ((SERVED_ROUTINE)(uintptr_t)Routines[i].routine)(
                (void *)(uintptr_t)Routines[i].argument[0],
                (void *)(uintptr_t)Routines[i].argument[1],
                (void *)(uintptr_t)Routines[i].argument[2]);
        free(Routines);
        const ULONG64 Slot[] = {TRUE, (uintptr_t)&NoTime};
        ServedSendArguments(Channel, Slot, RTL_NUMBER_OF(Slot));
        More = ServedExchange(Channel, SYS_NUMBER_DelayExecution) && Channel->routine_count != 0;
    }
}

static NTSTATUS ServedCallBusy(
    struct channel *Channel, ULONG Number, const ULONG64 *Slot, ULONG Count)
{
    struct channel_region Region[CHANNEL_REGIONS];
    const uint8_t Regions = ServedFindRegions(Number, Slot, Region);
    const unsigned Words = ServedSendArguments(Channel, Slot, Count);
    ServedSendRegions(Channel, Words, Slot, Region, Regions);
    if (!ServedExchange(Channel, Number))
        return STATUS_HOST_DOWN;
    ServedTakeBack(Channel, Slot, Region, Regions);
    NTSTATUS Status = Channel->status;
    if (Channel->routine_count != 0)
        ServedRunRoutines(Channel);
    return Status;
}

NTSTATUS served_call(ULONG Number, const ULONG64 *Slot, ULONG Count)
{
    struct served_thread *Thread = ServedThis != NULL ? ServedThis : ServedEnter();

    if (Thread == NULL)
        return STATUS_HOST_DOWN;
    const bool Nested = Thread->busy; /* in a routine that another call runs */
    Thread->busy = true;
    const NTSTATUS Status = ServedCallBusy(Thread->channel, Number, Slot, Count);
    Thread->busy = Nested;
    while (!Nested && atomic_load_explicit(&Thread->channel->wanted, memory_order_relaxed))
        ServedCome(Thread);
    return Status;
}

#if defined(__i386__)
static NTSTATUS ServedCallWide(ULONG Number, const ULONG64 *Slot, ULONG Count)
{
    return WideService(served_call, Number, Slot, Count);
}
#endif

/* ---- The session ----------------------------------------------------------------------------- */

/* Sits at the session until it ends. */
static void *ServedWatch(void *Argument)
{
    char Byte;
    int Session = (int)(intptr_t)Argument;

    for (;;) {
        const ssize_t Got = recv(Session, &Byte, 1, 0);
        if (Got == 0 || (Got < 0 && errno != EINTR))
            break;
        pthread_mutex_lock(&ServedLock);
        ServedInterruptWanted(ServedThreads);
        pthread_mutex_unlock(&ServedLock);
    }
    pthread_mutex_lock(&ServedLock);
    ServedGone = true;
    for (struct served_thread *Thread = ServedThreads; Thread != NULL; Thread = Thread->next) {
        atomic_store(&Thread->channel->turn, CHANNEL_DEAD);
        channel_wake(&Thread->channel->turn);
    }
    pthread_mutex_unlock(&ServedLock);
    return NULL;
}

static bool ServedStartWatch(void)
{
    sigset_t All, Before;
    pthread_t Thread;

    sigfillset(&All);
    pthread_sigmask(SIG_BLOCK, &All, &Before);
    int Error = pthread_create(&Thread, NULL, ServedWatch, (void *)(intptr_t)ServedSession);
    pthread_sigmask(SIG_SETMASK, &Before, NULL);
    if (Error == 0)
        pthread_detach(Thread);
    return Error == 0;
}

/* In a child of fork: nothing of the parent's session is its own. It connects again at its first
 * call. */
static void ServedForget(void)
{
    if (ServedSession < 0)
        return;
    close(ServedSession);
    ServedSession = -1;
    ServedThis = NULL;
    ServedThreads = NULL;
    ServedGone = false;
    pthread_setspecific(ServedKey, NULL);
    pthread_mutex_init(&ServedLock, NULL);
    SysServed = NULL;
}

struct served_machine {
    pid_t process;
    uint32_t bits;
    char version[32]; /* empty: it has not said */
};

static void ServedTakeAnswer(const struct record *Record, struct served_machine *Machine)
{
    const struct record_text *Version = &Record->text[0];

    Machine->process = (pid_t)Record->number[ANSWER_PROCESS];
    Machine->bits = (uint32_t)Record->number[ANSWER_BITS];
    snprintf(
        Machine->version, sizeof(Machine->version), "%.*s", (int)Version->size, Version->bytes);
}

/* Says who we are. 0: the machine takes us; otherwise its status. */
static NTSTATUS ServedHello(int Session, struct served_machine *Machine)
{
    const char *User = getenv("DOTSYS_USER");
    const struct control_request Request = {.kind = CONTROL_CLIENT,
        .as_user = User != NULL && strcmp(User, "1") == 0,
        .number = SysServiceHash() + CHANNEL_REVISION,
        .folder = "/"};
    NTSTATUS Status = STATUS_HOST_DOWN;
    struct record_reader Reader;
    struct record Record;

    if (!record_reader_open(&Reader, Session))
        return STATUS_NO_MEMORY;
    *Machine = (struct served_machine){0};
    if (control_send(Session, &Request) && record_receive(&Reader, &Record) == RECORD_GOT &&
        Record.type == RECORD_DRIVER) {
        Status = (NTSTATUS)Record.number[ANSWER_STATUS];
        ServedTakeAnswer(&Record, Machine);
    }
    record_reader_close(&Reader);
    return Status;
}

/* Why a machine that is up did not take us, for a person. */
static void ServedComplain(
    const char *Directory, const struct served_machine *Machine, NTSTATUS Status)
{
    fprintf(stderr, "dotsys: the machine %s does not take this program: ", Directory);
    if (Status == STATUS_REVISION_MISMATCH)
        fprintf(stderr,
            "it runs dotsys %s, whose services are not those this program was built with (%s): "
            "build the program again, or "
            "bring the machine down and up\n",
            Machine->version, DOTSYS_VERSION);
    else if (Status == STATUS_NOT_SUPPORTED)
        fprintf(stderr,
            "it is an x86 machine (%u bits), for 32-bit programs, and this program has %u bits: "
            "build it with -m32, or "
            "bring up an x64 machine\n",
            Machine->bits, CONTROL_BITS);
    else if (Status == STATUS_HOST_DOWN)
        fprintf(stderr,
            "it hung up without an answer: it has stopped, a driver refused this process, or it is "
            "of a version of "
            "dotsys that does not answer others (this is %s)\n",
            DOTSYS_VERSION);
    else
        fprintf(stderr, "%s\n", RtlpStatusName(Status));
}

bool served_connect(const char *directory, bool *refused)
{
    static bool Prepared;
    char Path[4096];
    struct served_machine Machine;

    *refused = false;
    if (directory == NULL && !directory_default_path(Path, sizeof(Path)))
        return false;
    int Session = control_connect(directory != NULL ? directory : Path);
    if (Session < 0)
        return false;
    NTSTATUS Status = ServedHello(Session, &Machine);
    if (!NT_SUCCESS(Status)) {
        *refused = true;
        SysRefused = Status;
        ServedComplain(directory != NULL ? directory : Path, &Machine, Status);
        close(Session);
        return false;
    }
    /* Where Linux lets only a debugger of our choice look into this process, the machine is one. */
    prctl(PR_SET_PTRACER, (unsigned long)Machine.process, 0, 0, 0);
    ServedSession = Session;
    ServedSpins = host_processor_count() > 1 ? CHANNEL_SPINS : 0;
    if (!Prepared &&
        (pthread_key_create(&ServedKey, ServedLeave) != 0 ||
            pthread_atfork(NULL, NULL, ServedForget) != 0))
        return false;
    Prepared = true;
    if (!ServedStartWatch())
        return false;
    ServedWide = Machine.bits > CONTROL_BITS;
    SysServed = served_call;
#if defined(__i386__)
    if (ServedWide)
        SysServed = ServedCallWide;
#endif
    return true;
}
