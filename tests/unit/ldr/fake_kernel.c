/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See fake_kernel.h. */
#include "fake_kernel.h"

#include "ke/ordered.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARCH_SET_GS 0x1001 /* asm/prctl.h */

/* ---- The host, made up ---------------------------------------------------------------------- */

#define MAX_FILES 1100

static struct {
    char path[64];
    void *data;
    size_t size;
} files[MAX_FILES];
static unsigned file_count;

BOOLEAN (*KeIsImportSlot)(ULONG_PTR Address);

unsigned live;
unsigned live_slots;
int fail_countdown;
bool fail_forever;

static bool should_fail(void)
{
    if (fail_countdown == 0)
        return false;
    if (fail_countdown == 1)
        fail_countdown = fail_forever ? 1 : 0;
    else if (--fail_countdown != 0)
        return false;
    return true;
}

void *host_private_allocate(size_t size_bytes)
{
    if (should_fail())
        return NULL;
    ++*(size_bytes == sizeof(LDRP_IMAGE) ? &live_slots : &live);
    return calloc(1, size_bytes ? size_bytes : 1);
}

void host_private_free(void *address, size_t size_bytes)
{
    --*(size_bytes == sizeof(LDRP_IMAGE) ? &live_slots : &live);
    free(address);
}

int host_file_read(const char *path, size_t limit, void **data, size_t *size)
{
    for (unsigned i = 0; i < file_count; i++) {
        if (strcmp(files[i].path, path) != 0)
            continue;
        if (files[i].data == NULL)
            return (int)files[i].size; /* an error to give */
        assert_true(files[i].size <= limit);
        *data = host_private_allocate(files[i].size);
        if (*data == NULL)
            return ENOMEM;
        memcpy(*data, files[i].data, files[i].size);
        *size = files[i].size;
        return 0;
    }
    return ENOENT;
}

void host_random(void *buffer, size_t size_bytes)
{
    memset(buffer, 0xA7, size_bytes);
}

size_t discarded;

void host_mem_discard(void *address, size_t size_bytes)
{
    (void)address;
    discarded += size_bytes;
}

void host_yield(void)
{
}

/* ---- Memory --------------------------------------------------------------------------------- */

#define MAX_ALLOCATIONS 1100
#define MAX_PAGES 64

static struct allocation {
    uint8_t *base;
    ULONG pages;
    uint8_t protection[MAX_PAGES];
} allocations[MAX_ALLOCATIONS];

void *MmAllocatePages(ULONG PageCount, enum MM_PAGE_KIND Kind)
{
    assert_int_equal(Kind, MM_PAGE_IMAGE);
    assert_in_range(PageCount, 1, MAX_PAGES);
    if (should_fail())
        return NULL;
    struct allocation *slot = allocations;
    while (slot->base != NULL)
        slot++;
    slot->base = mmap(
        NULL, PageCount * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(slot->base, MAP_FAILED);
    slot->pages = PageCount;
    memset(slot->protection, HOST_READ | HOST_WRITE, sizeof(slot->protection));
    live++;
    return slot->base;
}

static struct allocation *allocation_of(const void *address)
{
    for (struct allocation *slot = allocations; slot < allocations + MAX_ALLOCATIONS; slot++) {
        if (slot->base != NULL &&
            (ULONG_PTR)address - (ULONG_PTR)slot->base < slot->pages * PAGE_SIZE)
            return slot;
    }
    fail_msg("%p is in no allocation", address);
    return NULL;
}

void MmFreePages(void *Address)
{
    struct allocation *slot = allocation_of(Address);
    assert_ptr_equal(slot->base, Address);
    munmap(slot->base, slot->pages * PAGE_SIZE);
    slot->base = NULL;
    live--;
}

NTSTATUS MmProtectPages(void *Address, ULONG PageCount, unsigned Protection)
{
    struct allocation *slot = allocation_of(Address);
    ULONG first = (ULONG)(((uint8_t *)Address - slot->base) / PAGE_SIZE);
    assert_true(first + PageCount <= slot->pages);
    if (should_fail())
        return STATUS_INSUFFICIENT_RESOURCES;
    memset(slot->protection + first, (int)Protection, PageCount);
    int access = ((Protection & HOST_READ) ? PROT_READ : 0) |
                 ((Protection & HOST_WRITE) ? PROT_WRITE : 0) |
                 ((Protection & HOST_EXECUTE) ? PROT_EXEC : 0);
    assert_int_equal(mprotect(Address, PageCount * PAGE_SIZE, access), 0);
    return STATUS_SUCCESS;
}

unsigned protection_of(const void *address)
{
    struct allocation *slot = allocation_of(address);
    return slot->protection[((const uint8_t *)address - slot->base) / PAGE_SIZE];
}

/* ---- Kernel --------------------------------------------------------------------------------- */

_Thread_local KTHREAD *KiHostThread;
KE_IMAGE_LOOKUP KeImageLookup;

KI_PCR pcr;
bool stopped;
KE_BUGCHECK bugcheck;
jmp_buf after_bugcheck;
int mutex_depth;

void NTAPI KeInitializeMutex(KMUTEX *Mutex, ULONG Level)
{
    (void)Level;
    memset(Mutex, 0, sizeof(*Mutex));
}

/* Orders of locks are not checked here. */
BOOLEAN KeCheckLockOrder;

void KiCheckMutexOrder(const volatile void *Mutex, const char *Name)
{
    (void)Mutex, (void)Name;
}

void KiForgetLock(const volatile void *Lock)
{
    (void)Lock;
}

NTSTATUS NTAPI KeWaitForSingleObject(void *Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    assert_ptr_equal(Object, &LdrpMutex);
    (void)Reason, (void)Mode, (void)Alertable, (void)Timeout;
    if (stopped)
        return STATUS_HOST_DOWN;
    mutex_depth++;
    return STATUS_SUCCESS;
}

LONG NTAPI KeReleaseMutex(KMUTEX *Mutex, BOOLEAN Wait)
{
    (void)Mutex, (void)Wait;
    return mutex_depth--;
}

void KeBugCheckAt(
    ULONG Code, const ULONG_PTR Parameter[4], const CONTEXT *Context, const char *Detail)
{
    bugcheck.Code = Code;
    memcpy(bugcheck.Parameter, Parameter, sizeof(bugcheck.Parameter));
    bugcheck.Context = *Context;
    snprintf(bugcheck.Detail, sizeof(bugcheck.Detail), "%s", Detail);
    longjmp(after_bugcheck, 1);
}

BOOLEAN MmMakePageable(void *Base, ULONG PageCount)
{
    (void)Base, (void)PageCount;
    return FALSE;
}

BOOLEAN KeTakesTurns;
unsigned points;

/* Takes every register that an export's arguments are in, or a helper's. */
void NTAPI KePoint(void)
{
    points++;
#if defined(__x86_64__)
    __asm__ volatile("mov $-1, %%rax\n mov %%rax, %%rcx\n mov %%rax, %%rdx\n mov %%rax, %%r8\n mov "
                     "%%rax, %%r9\n mov %%rax, %%r10\n"
                     "xorps %%xmm0, %%xmm0\n xorps %%xmm1, %%xmm1" ::
                         : "rax", "rcx", "rdx", "r8", "r9", "r10", "xmm0", "xmm1");
#endif
}

void KiAssertFailed(const char *Condition, const char *File, int Line)
{
    print_error("%s:%d: %s\n", File, Line, Condition);
    abort();
}

/* ---- Exports -------------------------------------------------------------------------------- */

char initialized_with[128];
NTSTATUS initialize_result;
unsigned unloads;

static NTSTATUS NTAPI test_initialize(UNICODE_STRING *path)
{
    for (unsigned i = 0; i < path->Length / sizeof(WCHAR); i++)
        initialized_with[i] = (char)path->Buffer[i];
    initialized_with[path->Length / sizeof(WCHAR)] = 0;
    return initialize_result;
}

static NTSTATUS NTAPI test_unload(void)
{
    unloads++;
    return STATUS_SUCCESS;
}

ULONG_PTR NTAPI test_add(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c, ULONG_PTR d)
{
    return a + 10 * b + 100 * c + 1000 * d;
}

static ULONG test_variable = 77;

#define ROW(name, module, address, convention, irql, since, last)                   \
    {                                                                               \
        name, module, (void *)(address), 0, convention, irql, since, last, LDR_FULL \
    }

static const LDR_EXPORT table[] = {
    ROW("TestAdd", "ntoskrnl.exe", test_add, LDR_STDCALL, APC_LEVEL, WINVER_WIN2000, WINVER_ALWAYS),
    ROW("TestAny", "ntoskrnl.exe", test_add, LDR_STDCALL, ANY_LEVEL, WINVER_WIN2000, WINVER_ALWAYS),
    ROW("TestGone", "ntoskrnl.exe", test_add, LDR_STDCALL, ANY_LEVEL, WINVER_WIN2000, WINVER_WIN7),
    ROW("TestHal", "hal.dll", test_add, LDR_STDCALL, ANY_LEVEL, WINVER_WIN2000, WINVER_ALWAYS),
    ROW("TestInitialize", "ntoskrnl.exe", test_initialize, LDR_STDCALL, ANY_LEVEL, WINVER_WIN2000,
        WINVER_ALWAYS),
    ROW("TestNew", "ntoskrnl.exe", test_add, LDR_STDCALL, ANY_LEVEL, WINVER_WIN81, WINVER_ALWAYS),
    ROW("TestNewest", "ntoskrnl.exe", test_add, LDR_STDCALL, ANY_LEVEL, WINVER_WIN11_24H2,
        WINVER_ALWAYS),
    ROW("TestStub", "ntoskrnl.exe", NULL, LDR_STDCALL, ANY_LEVEL, WINVER_XP, WINVER_ALWAYS),
    ROW("TestStubVariable", "ntoskrnl.exe", NULL, LDR_DATA, ANY_LEVEL, WINVER_WIN2000,
        WINVER_ALWAYS),
    ROW("TestUnload", "ntoskrnl.exe", test_unload, LDR_STDCALL, ANY_LEVEL, WINVER_WIN2000,
        WINVER_ALWAYS),
    ROW("TestVariable", "ntoskrnl.exe", &test_variable, LDR_DATA, ANY_LEVEL, WINVER_WIN2000,
        WINVER_ALWAYS),
    ROW("ZwTest", "ntoskrnl.exe", test_add, LDR_STDCALL, PASSIVE_LEVEL, WINVER_WIN2000,
        WINVER_ALWAYS),
};

const LDR_EXPORT *LdrFindKernelExport(const char *Name)
{
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        if (strcmp(table[i].Name, Name) == 0)
            return &table[i];
    }
    return NULL;
}

const LDR_EXPORT *LdrFindAnyExport(const char *Name)
{
    return LdrFindKernelExport(Name);
}

const char *LdrKernelModule(const char *Module)
{
    if (strcasecmp(Module, "ntoskrnl.exe") == 0)
        return "ntoskrnl.exe";
    return strcasecmp(Module, "hal.dll") == 0 ? "hal.dll" : NULL;
}

const LDR_EXPORT *LdrFindModuleExport(const char *Module, const char *Name)
{
    const LDR_EXPORT *found = LdrFindKernelExport(Name);
    return found != NULL && strcasecmp(found->Module, Module) == 0 ? found : NULL;
}

/* ---- Images --------------------------------------------------------------------------------- */

void add_file(const char *path, void *data, size_t size)
{
    assert_true(file_count < MAX_FILES);
    snprintf(files[file_count].path, sizeof(files[0].path), "%s", path);
    files[file_count].data = data;
    files[file_count++].size = size;
}

void remove_last_file(void)
{
    free(files[--file_count].data);
}

void add_driver(const char *path, const struct pe_import *imports, unsigned import_count,
    const struct pe_export *exports, unsigned export_count)
{
    static const uint8_t call[] = {
        0x48, 0x83, 0xEC, 0x28, 0xFF, 0x15, 0, 0, 0, 0, 0x48, 0x83, 0xC4, 0x28, 0xC3, 0xCC};
    struct pe_builder *pe = pe_new(true);
    uint32_t slots[32] = {0};
    uint8_t code[0x200];
    size_t size;

    memset(code, 0xCC, sizeof(code));
    for (unsigned i = 0; i < import_count; i++)
        memcpy(code + i * CALL_BYTES, call, sizeof(call));
    assert_int_equal(pe_add_section(pe, ".text", PE_CODE, code, sizeof(code), sizeof(code)), TEXT);
    pe_set_entry(pe, TEXT);
    pe_add_imports(pe, imports, import_count, slots);
    for (unsigned i = 0; i < import_count; i++) {
        uint32_t distance = slots[i] - (TEXT + i * CALL_BYTES + 10);
        memcpy(pe_at(pe, TEXT + i * CALL_BYTES + 6), &distance, sizeof(distance));
    }
    if (export_count != 0)
        pe_add_exports(pe, "library", exports, export_count);
    void *data = pe_finish(pe, &size);
    add_file(path, data, size);
}

/* ---- Start and end -------------------------------------------------------------------------- */

int fake_set_up(void **state)
{
    (void)state;
    syscall(SYS_arch_prctl, ARCH_SET_GS, &pcr);
    memset(&pcr, 0, sizeof(pcr));
    pcr.Public.Self = &pcr.Public;
    live = live_slots = 0;
    fail_countdown = 0;
    initialize_result = STATUS_SUCCESS;
    initialized_with[0] = 0;
    unloads = 0;
    stopped = false;
    LdrTargetVersion = WINVER_WIN10_20H2;
    LdrCheckIrql = FALSE;
    return LdrInitialize();
}

int fake_tear_down(void **state)
{
    (void)state;
    LdrTerminate();
    for (unsigned i = 0; i < MAX_ALLOCATIONS; i++) { /* as MmTerminate would */
        if (allocations[i].base != NULL)
            MmFreePages(allocations[i].base);
    }
    for (unsigned i = 0; i < file_count; i++)
        free(files[i].data);
    file_count = 0;
    assert_int_equal(live, 0);
    assert_int_equal(live_slots, 0);
    assert_int_equal(mutex_depth, 0);
    assert_null(KeImageLookup);
    return 0;
}

/* ---- ps -------------------------------------------------------------------------------------- */

BOOLEAN (*PsImageHasIntegrity)(ULONG_PTR Address);

void PsiNotifyImage(const char *ImagePath, HANDLE ProcessId, void *Base, SIZE_T Bytes)
{
    (void)ImagePath, (void)ProcessId, (void)Base, (void)Bytes;
}

/* ---- routine.c: no services here ------------------------------------------------------------- */

const void *LdrRoutine(const LDR_EXPORT *Export)
{
    return Export->Address;
}

void LdrListServices(void)
{
}
