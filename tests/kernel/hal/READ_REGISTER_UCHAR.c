/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * READ_REGISTER_UCHAR, READ_REGISTER_USHORT, READ_REGISTER_ULONG, READ_REGISTER_BUFFER_UCHAR,
 * READ_REGISTER_BUFFER_USHORT, READ_REGISTER_BUFFER_ULONG, WRITE_REGISTER_UCHAR,
 * WRITE_REGISTER_USHORT, WRITE_REGISTER_ULONG, WRITE_REGISTER_BUFFER_UCHAR,
 * WRITE_REGISTER_BUFFER_USHORT and WRITE_REGISTER_BUFFER_ULONG - functions of ntoskrnl.exe for x86,
 * inline for x64. Memory does for registers.
 */
#include <ntddk.h>

#include "ktest.h"

static UCHAR Register[32];

/* mingw-w64's inline READ_REGISTER_BUFFER copies the wrong way: only the functions are tested. */
#ifdef _X86_
#define READ_BUFFER(Type, At, Buffer, Count) READ_REGISTER_BUFFER_##Type(At, Buffer, Count)
#else
#define READ_BUFFER(Type, At, Buffer, Count) RtlCopyMemory(Buffer, At, (Count) * sizeof(Type))
#endif

#define WIDTH(Type)                                             \
    TEST(READ_REGISTER_##Type, ReadsWhatWasWritten)             \
    {                                                           \
        Type *At = (Type *)(PVOID)(Register + 8);               \
                                                                \
        RtlZeroMemory(Register, sizeof(Register));              \
        WRITE_REGISTER_##Type(At, (Type)0x89ABCDEF);            \
        CHECK_EQ(READ_REGISTER_##Type(At), (Type)0x89ABCDEF);   \
        CHECK_EQ(Register[7], 0);                               \
        CHECK_EQ(Register[8], 0xEF);                            \
        CHECK_EQ(Register[8 + sizeof(Type)], 0);                \
    }                                                           \
                                                                \
    TEST(WRITE_REGISTER_BUFFER_##Type, GoesOnToTheNextRegister) \
    {                                                           \
        Type *At = (Type *)(PVOID)Register;                     \
        Type Given[3] = {1, 2, 3}, Got[4] = {0};                \
                                                                \
        RtlZeroMemory(Register, sizeof(Register));              \
        WRITE_REGISTER_BUFFER_##Type(At, Given, 3);             \
        CHECK_EQ(At[2], 3);                                     \
        CHECK_EQ(At[3], 0);                                     \
        READ_BUFFER(Type, At, Got, 3);                          \
        CHECK_EQ(Got[0], 1);                                    \
        CHECK_EQ(Got[1], 2);                                    \
        CHECK_EQ(Got[2], 3);                                    \
        CHECK_EQ(Got[3], 0);                                    \
        READ_BUFFER(Type, At, Got, 0);                          \
        CHECK_EQ(Got[0], 1);                                    \
    }

WIDTH(UCHAR)
WIDTH(USHORT)
WIDTH(ULONG)
