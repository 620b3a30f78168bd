/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the instructions that a machine looks at or carries out for drivers: whatever the bytes
 * are, no more of them are read than an instruction can have, and one that was carried out has a
 * length.
 *
 * An input is the registers, two bytes each, and the bytes. Strings of ports are read from and
 * written to memory of the target's.
 */
#include "ke/decode.h"
#include "ke/operand.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/kernel.h"
#include "tests/fuzz/standalone.h"

#define REGISTERS 16u
/* bytes of code: more than the longest instruction, and all that may be read of one */
#define MOST      32u
#define LONGEST   15

const size_t fuzz_most = REGISTERS * 2 + MOST;

static uint8_t memory[4096];

static BOOLEAN answer_port(USHORT port, UCHAR size, BOOLEAN write, ULONG *value)
{
    if (!write)
        *value = port;
    return size == 4;
}

static void set_registers(CONTEXT *context, struct input *input)
{
    for (ULONG i = 0; i < REGISTERS; i++)
        *KiRegister(context, i) = (ULONG_PTR)take(input, 2) << (i % 5 * 12);
    *KiRegister(context, KI_SI) = (ULONG_PTR)memory +
        *KiRegister(context, KI_SI) % (sizeof(memory) - 8);
    *KiRegister(context, KI_DI) = (ULONG_PTR)memory +
        *KiRegister(context, KI_DI) % (sizeof(memory) - 8);
}

static void carry_out(const CONTEXT *before)
{
    CONTEXT context = *before;
    const KIRQL irql = KiGetIrql();

    if (KiEmulateInstruction(&context) && KI_PC(&context) - KI_PC(before) > LONGEST)
        fuzz_fail("an instruction that was carried out has no length");
    KiSetIrql(irql);
}

static void look_at(const CONTEXT *context)
{
    KI_OPERAND operand[2];
    BOOLEAN atomic;

    if (KiMemoryOperand(context, operand) && operand[0].SizeBytes > 4096)
        fuzz_fail("an operand is too long");
    if (KiMemoryOperands(context, operand, &atomic) > 2)
        fuzz_fail("an instruction has more than two operands");
    KiIsCall(context);
}

static NTSTATUS run(void *argument)
{
    struct input *input = argument;
    CONTEXT context = {0};
    BOOLEAN (*const ports)(USHORT, UCHAR, BOOLEAN, ULONG *) = KePortAccess;
    void (*const raised)(KIRQL) = KeIrqlRaised;
    uint8_t code[MOST] = {0};

    set_registers(&context, input);
    memcpy(code, input->data + input->at,
        input->size - input->at < MOST ? input->size - input->at : MOST);
    uint8_t *exact = copy_exactly(code, sizeof(code));
    KI_PC(&context) = (ULONG_PTR)exact;
    KePortAccess = answer_port;
    KeIrqlRaised = NULL;
    carry_out(&context);
    look_at(&context);
    KePortAccess = ports;
    KeIrqlRaised = raised;
    free(exact);
    return STATUS_SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};

    fuzz_in_kernel(run, &input);
    return 0;
}

#define SEED(...) {{__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})}

static const struct {
    uint8_t bytes[12], size;
} seeds[] = {
    SEED(0x66, 0xED),
    SEED(0xF3, 0x6D),
    SEED(0xF3, 0x66, 0x6F),
    SEED(0xE4, 0x70),
    SEED(0x44, 0x0F, 0x20, 0xC0),
    SEED(0x44, 0x0F, 0x22, 0xC0),
    SEED(0x0F, 0x32),
    SEED(0x0F, 0x21, 0xF0),
    SEED(0x0F, 0x09),
    SEED(0xFA),
    SEED(0x65, 0x48, 0x8B, 0x04, 0x25, 0x88, 1, 0, 0),
    SEED(0xF0, 0x48, 0x0F, 0xB1, 0x4C, 0x24, 8),
    SEED(0xC5, 0xFC, 0x28, 0x44, 0x8B, 1),
    SEED(0xC4, 0xE2, 0x7D, 0x18, 5, 0, 0, 0, 0),
    SEED(0x66, 0x0F, 0x38, 0x2A, 0x06),
    SEED(0xF3, 0x48, 0xA5),
    SEED(0xFF, 0x15, 0, 0, 0, 0),
    SEED(0xE8, 0, 0, 0, 0),
    SEED(0x48, 0x87, 0x84, 0xC8, 0, 1, 0, 0),
    SEED(0x0F, 0xAE, 0x07),
    SEED(0xDD, 0x45, 0xF8),
};

const unsigned fuzz_seeds = sizeof(seeds) / sizeof(seeds[0]);

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    for (unsigned i = 0; i < REGISTERS * 2; i++)
        data[i] = (uint8_t)i;
    memcpy(data + REGISTERS * 2, seeds[which].bytes, seeds[which].size);
    return REGISTERS * 2 + seeds[which].size;
}
