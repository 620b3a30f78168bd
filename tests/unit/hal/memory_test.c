/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices in memory: instructions do to a device what they do to memory, registers and flags
 * included, and as often and as wide as they say; where a device can be plugged in; what is behind
 * its end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/port.h"
#include "hal/hal.h"
#include "rtl/rtlp.h"

#define BASE  0xFEB00000u
#define COUNT 0x1800u /* a page and a half */

static dotsys_machine *Machine;
static uint8_t Device[COUNT];
static unsigned Reads, Writes, Widest;

static uint64_t DeviceRead(void *Context, uint64_t Offset, unsigned Bytes)
{
    uint64_t Value = 0;
    (void)Context;
    Reads++;
    Widest = Bytes > Widest ? Bytes : Widest;
    memcpy(&Value, Device + Offset, Bytes);
    return Value;
}

static void DeviceWrite(void *Context, uint64_t Offset, unsigned Bytes, uint64_t Value)
{
    (void)Context;
    Writes++;
    memcpy(Device + Offset, &Value, Bytes);
}

/* In each test: cmocka has handlers of its own for the signals of faults. */
static void Open(void)
{
    const dotsys_memory_device Memory = {.size = sizeof(Memory),
        .name = "memory",
        .base = BASE,
        .count = COUNT,
        .read = DeviceRead,
        .write = DeviceWrite};
    assert_int_equal(dotsys_machine_open(NULL, &Machine), DOTSYS_OK);
    assert_int_equal(dotsys_memory_attach(Machine, &Memory), DOTSYS_OK);
}

static void Close(void)
{
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

/* ---- instructions ---------------------------------------------------------------------------- */

typedef struct REGISTERS {
    uint64_t Rax, Rdx, Flags, Rsi, Rdi, Rcx;
    uint8_t Xmm[16];
} REGISTERS;

typedef void INSTRUCTION(REGISTERS *Registers);

/* rdi is the address of the operand. Nothing is on the stack below 128 bytes of it. */
#define INSTRUCTION(Name, Text)                                                                  \
    static void Name(REGISTERS *Registers)                                                       \
    {                                                                                            \
        __asm__ volatile(                                                                        \
            "lea -128(%%rsp), %%rsp\n movdqu 48(%0), %%xmm0\n mov (%0), %%rax\n mov 8(%0), "     \
            "%%rdx\n"                                                                            \
            "mov 24(%0), %%rsi\n mov 32(%0), %%rdi\n mov 40(%0), %%rcx\n pushq 16(%0)\n "        \
            "popfq\n" Text                                                                       \
            "\n pushfq\n popq 16(%0)\n mov %%rax, (%0)\n mov %%rdx, 8(%0)\n mov %%rsi, 24(%0)\n" \
            "mov %%rdi, 32(%0)\n mov %%rcx, 40(%0)\n movdqu %%xmm0, 48(%0)\n cld\n lea "         \
            "128(%%rsp), %%rsp"                                                                  \
            :                                                                                    \
            : "b"(Registers)                                                                     \
            : "rax", "rdx", "rsi", "rdi", "rcx", "xmm0", "memory", "cc");                        \
    }

#define INSTRUCTIONS(I) \
    I(LoadByte, "movb (%%rdi), %%al", 0x8D5, 1, 0) \
    I(LoadHighByte, "movb 4(%%rdi), %%dh", 0x8D5, 1, 0) \
    I(LoadWord, "movw 2(%%rdi), %%ax", 0x8D5, 1, 0) \
    I(LoadLong, "movl 8(%%rdi,%%rcx,4), %%eax", 0x8D5, 1, 0) \
    I(LoadQuad, "movq 0x80(%%rdi), %%rax", 0x8D5, 1, 0) \
    I(ZeroExtend, "movzbl 5(%%rdi), %%eax", 0x8D5, 1, 0) \
    I(SignExtend, "movswq 6(%%rdi), %%rdx", 0x8D5, 1, 0) \
    I(SignExtendLong, "movslq 4(%%rdi), %%rdx", 0x8D5, 1, 0) \
    I(StoreByte, "movb %%ah, 1(%%rdi)", 0x8D5, 0, 1) \
    I(StoreWord, "movw %%dx, (%%rdi)", 0x8D5, 0, 1) \
    I(StoreQuad, "movq %%rdx, 16(%%rdi)", 0x8D5, 0, 1) \
    I(StoreConstant, "movl $0x12345678, 4(%%rdi)", 0x8D5, 0, 1) \
    I(StoreNegative, "movq $-5, 4(%%rdi)", 0x8D5, 0, 1) \
    I(AddTo, "addl %%eax, (%%rdi)", 0x8D5, 1, 1) \
    I(AddFrom, "addb (%%rdi), %%al", 0x8D5, 1, 0) \
    I(AddCarry, "stc\n adcl %%edx, 8(%%rdi)", 0x8D5, 1, 1) \
    I(SubtractBorrow, "stc\n sbbq 8(%%rdi), %%rax", 0x8D5, 1, 0) \
    I(SubtractConstant, "subw $0x1234, 2(%%rdi)", 0x8D5, 1, 1) \
    I(OrSmall, "orl $-128, (%%rdi)", 0x8C5, 1, 1) \
    I(AndByte, "andb $0x0F, 3(%%rdi)", 0x8C5, 1, 1) \
    I(XorFrom, "xorq (%%rdi), %%rdx", 0x8C5, 1, 0) \
    I(CompareConstant, "cmpl $0x7F, 8(%%rdi)", 0x8D5, 1, 0) \
    I(CompareRegister, "cmpw (%%rdi), %%ax", 0x8D5, 1, 0) \
    I(TestConstant, "testl $0x80000001, (%%rdi)", 0x8C5, 1, 0) \
    I(TestRegister, "testb %%dl, 7(%%rdi)", 0x8C5, 1, 0) \
    I(Increment, "stc\n incl (%%rdi)", 0x8D5, 1, 1) \
    I(Decrement, "decb 1(%%rdi)", 0x8D5, 1, 1) \
    I(Negate, "negq (%%rdi)", 0x8D5, 1, 1) \
    I(Complement, "notw (%%rdi)", 0x8D5, 1, 1) \
    I(Exchange, "xchgl %%eax, (%%rdi)", 0x8D5, 1, 1) \
    I(TestBit, "btl $9, (%%rdi)", 0x001, 1, 0) \
    I(SetBit, "lock btsl $31, (%%rdi)", 0x001, 1, 1) \
    I(ResetBit, "btrw $3, 2(%%rdi)", 0x001, 1, 1) \
    I(FlipBit, "btcq $63, (%%rdi)", 0x001, 1, 1) \
    I(SetIfBelow, "cmpl %%edx, %%eax\n setb (%%rdi)", 0x8D5, 0, 1) \
    I(MoveIfGreater, "cmpl %%edx, %%eax\n cmovgl (%%rdi), %%eax", 0x8D5, 1, 0) \
    I(MoveIfNot, "cmpl %%edx, %%edx\n cmovnel (%%rdi), %%eax", 0x8D5, 1, 0) \
    I(Push, "pushq (%%rdi)\n popq %%rax", 0x8D5, 1, 0) \
    I(NonTemporal, "movntil %%eax, (%%rdi)", 0x8D5, 0, 1) \
    I(LoadVector, "movups 3(%%rdi), %%xmm0", 0x8D5, 2, 0) \
    I(LoadIntegers, "movdqu 5(%%rdi), %%xmm0", 0x8D5, 2, 0) \
    I(StoreVector, "movdqa %%xmm0, 16(%%rdi)", 0x8D5, 0, 2) \
    I(LoadSingle, "movss (%%rdi), %%xmm0", 0x8D5, 1, 0) \
    I(LoadHalf, "movq (%%rdi), %%xmm0", 0x8D5, 1, 0) \
    I(LoadUpperHalf, "movhps (%%rdi), %%xmm0", 0x8D5, 1, 0) \
    I(StoreUpperHalf, "movhps %%xmm0, (%%rdi)", 0x8D5, 0, 1) \
    I(LoadInteger, "movd (%%rdi), %%xmm0", 0x8D5, 1, 0) \
    I(CopyIn, "rep movsb", 0x8D5, 0, 3) \
    I(CopyOut, "xchg %%rsi, %%rdi\n rep movsl", 0x8D5, 3, 0) \
    I(CopyDown, "lea 16(%%rdi), %%rdi\n lea 16(%%rsi), %%rsi\n std\n rep movsw", 0x8D5, 0, 3) \
    I(FillUp, "rep stosl", 0x8D5, 0, 3) \
    I(LoadString, "mov %%rdi, %%rsi\n lodsw", 0x8D5, 1, 0) \
    I(CopyNothing, "xor %%ecx, %%ecx\n rep movsb", 0x8C5, 0, 0)

#define DEFINE(Name, Text, Mask, Reads, Writes) INSTRUCTION(Name, Text)
INSTRUCTIONS(DEFINE)

#define ROW(Name, Text, Mask, Reads, Writes) {Name, #Name, Mask, Reads, Writes},
static const struct {
    INSTRUCTION *Instruction;
    const char *Name;
    uint64_t Mask; /* of the flags it defines */
    unsigned Reads, Writes;
} Rows[] = {INSTRUCTIONS(ROW)};

static void Fill(uint8_t *To, size_t Bytes, unsigned Seed)
{
    for (size_t Index = 0; Index < Bytes; Index++)
        To[Index] = (uint8_t)((Index * 37 + Seed * 101) ^ (Seed % 3 == 0 ? 0 : 0xC5));
}

static void Begin(REGISTERS *Registers, uint8_t *Operand, uint8_t *Other, unsigned Seed)
{
    memset(Registers, 0, sizeof(*Registers));
    Fill((uint8_t *)&Registers->Rax, sizeof(Registers->Rax), Seed + 1);
    Fill((uint8_t *)&Registers->Rdx, sizeof(Registers->Rdx), Seed + 2);
    Fill(Registers->Xmm, sizeof(Registers->Xmm), Seed + 3);
    Fill(Other, 64, Seed + 4);
    Registers->Flags = 0x202;
    Registers->Rdi = (uint64_t)Operand;
    Registers->Rsi = (uint64_t)Other;
    Registers->Rcx = 3;
}

static void Compare(size_t Row, uint8_t *Mapped, unsigned Seed)
{
    static uint8_t Memory[0x100] __attribute__((aligned(16))), One[64] __attribute__((aligned(16))),
        Other[64] __attribute__((aligned(16)));
    REGISTERS Real, Seen;
    Fill(Memory, sizeof(Memory), Seed);
    Fill(Device, sizeof(Memory), Seed);
    Begin(&Real, Memory, One, Seed);
    Begin(&Seen, Mapped, Other, Seed);
    Reads = Writes = Widest = 0;
    Rows[Row].Instruction(&Real);
    Rows[Row].Instruction(&Seen);
    /* Where they end is the same distance from where they began. */
    const int Swapped = Rows[Row].Instruction == CopyOut;
    Seen.Rdi += Swapped ? (uint64_t)One - (uint64_t)Other : (uint64_t)Memory - (uint64_t)Mapped;
    Seen.Rsi += Swapped || Rows[Row].Instruction == LoadString ? (uint64_t)Memory - (uint64_t)Mapped
                                                               : (uint64_t)One - (uint64_t)Other;
    Real.Flags &= Rows[Row].Mask;
    Seen.Flags &= Rows[Row].Mask;
    if (memcmp(&Real, &Seen, sizeof(Real)) != 0 || memcmp(Memory, Device, sizeof(Memory)) != 0 ||
        memcmp(One, Other, 64) != 0)
        fail_msg("%s, %u: rax %#lx, %#lx, flags %#lx, %#lx", Rows[Row].Name, Seed, Real.Rax,
            Seen.Rax, Real.Flags, Seen.Flags);
    if (Reads != Rows[Row].Reads || Writes != Rows[Row].Writes)
        fail_msg("%s: %u reads, %u writes", Rows[Row].Name, Reads, Writes);
}

static NTSTATUS CompareAll(void *Arguments)
{
    const PHYSICAL_ADDRESS Address = {.QuadPart = BASE};
    (void)Arguments;
    uint8_t *Mapped = MmMapIoSpace(Address, COUNT, MmNonCached);
    assert_non_null(Mapped);
    assert_true(MmIsAddressValid(Mapped));
    assert_int_equal(MmGetPhysicalAddress(Mapped + 5).QuadPart, BASE + 5);
    for (size_t Row = 0; Row < sizeof(Rows) / sizeof(Rows[0]); Row++) {
        for (unsigned Seed = 0; Seed < 20; Seed++)
            Compare(Row, Mapped, Seed);
    }
    MmUnmapIoSpace(Mapped, COUNT);
    assert_false(MmIsAddressValid(Mapped));
    return STATUS_SUCCESS;
}

static void InstructionsDoWhatTheyDoToMemory(void **State)
{
    (void)State;
    Open();
    assert_int_equal(KeEnterKernel(CompareAll, NULL, KernelMode), STATUS_SUCCESS);
    Close();
}

/* ---- routines -------------------------------------------------------------------------------- */

static NTSTATUS Copy(void *Arguments)
{
    const PHYSICAL_ADDRESS Address = {.QuadPart = BASE - PAGE_SIZE};
    static uint8_t Memory[COUNT], Back[COUNT];
    (void)Arguments;
    uint8_t *Before = MmMapIoSpace(Address, 4 * PAGE_SIZE, MmNonCached),
            *Mapped = Before + PAGE_SIZE;
    assert_non_null(Before);
    /* Beside it there is memory; behind its end, in its last page, nothing answers. Nothing of that
     * reaches it. */
    Fill(Device, COUNT, 1);
    Reads = Writes = 0;
    *(volatile ULONG *)Before = 5;
    *(volatile ULONG *)(Before + 3 * PAGE_SIZE) = 5;
    assert_int_equal(*(volatile ULONG *)(Mapped + COUNT), 0xFFFFFFFF);
    *(volatile ULONG *)(Mapped + COUNT) = 5;
    assert_int_equal(Reads + Writes, 0);
    Fill(Memory, COUNT, 2);
    NtCrt_memcpy(Mapped, Memory, COUNT);
    assert_memory_equal(Device, Memory, COUNT);
    NtCrt_memcpy(Back, Mapped + 1, 33);
    assert_memory_equal(Back, Memory + 1, 33);
    READ_REGISTER_BUFFER_USHORT((USHORT *)(void *)(Mapped + 2), (USHORT *)(void *)Back, 10);
    assert_memory_equal(Back, Memory + 2, 20);
    WRITE_REGISTER_ULONG((ULONG *)(void *)(Mapped + 16), 0x11223344);
    assert_int_equal(READ_REGISTER_UCHAR(Mapped + 17), 0x33);
    NtCrt_memset(Mapped, 7, COUNT);
    assert_int_equal(Device[0], 7);
    assert_int_equal(Device[COUNT - 1], 7);
    MmUnmapIoSpace(Before, 4 * PAGE_SIZE);
    return STATUS_SUCCESS;
}

static void RoutinesReachIt(void **State)
{
    (void)State;
    Open();
    assert_int_equal(KeEnterKernel(Copy, NULL, KernelMode), STATUS_SUCCESS);
    Close();
}

static void WhereADeviceCanBe(void **State)
{
    dotsys_memory_device Memory = {.size = sizeof(Memory), .base = BASE, .count = 1};
    uint8_t Byte = 0;
    (void)State;
    Open();
    assert_int_equal(dotsys_memory_attach(Machine, &Memory), STATUS_CONFLICTING_ADDRESSES);
    Memory.base = BASE + 100;
    assert_int_equal(dotsys_memory_attach(Machine, &Memory), STATUS_INVALID_PARAMETER);
    Memory.base = BASE + 0x10000;
    Memory.count = 0;
    assert_int_equal(dotsys_memory_attach(Machine, &Memory), STATUS_INVALID_PARAMETER);
    Memory.count = 1;
    Memory.size--;
    assert_int_equal(dotsys_memory_attach(Machine, &Memory), STATUS_INVALID_PARAMETER);
    Memory.size++;
    Memory.base = 0x10000; /* memory that has been in use since the machine started */
    assert_int_equal(dotsys_memory_attach(Machine, &Memory), STATUS_CONFLICTING_ADDRESSES);
    Memory.base = (uint64_t)1 << 39;
    assert_int_equal(dotsys_memory_attach(Machine, &Memory), STATUS_INVALID_PARAMETER);
    Memory.base = (uint64_t)1 << 36; /* beyond all memory */
    assert_int_equal(dotsys_memory_attach(Machine, &Memory), DOTSYS_OK);
    assert_int_equal(dotsys_memory_read(Machine, BASE, &Byte, 1), STATUS_INVALID_ADDRESS);
    Close();
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(InstructionsDoWhatTheyDoToMemory),
        cmocka_unit_test(RoutinesReachIt),
        cmocka_unit_test(WhereADeviceCanBe),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
