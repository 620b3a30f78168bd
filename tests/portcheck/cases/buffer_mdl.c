/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Direct I/O. */
#include <ntddk.h>

typedef struct BLOCK {
    LIST_ENTRY Links;
    ULONG Value;
} BLOCK;

ULONG Handle(PIRP Irp)
{
    BLOCK *Block =
        MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority); // expect: PC5101

    return Block != NULL ? Block->Value : 0;
}
