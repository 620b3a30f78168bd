/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Stacks: that of the thread, what of it is kept, and how that reads. */
#include <stdio.h>

#include "ke/stack.h"
#include "vf/vfp.h"

#define VFP_OWN_FRAMES 12u /* of ours between the driver's call and here, at most */

ULONG VfpWalkStack(ULONG_PTR *Frame, ULONG Room)
{
    CONTEXT Context;
    KiCaptureContext(&Context);
    return KiWalkStack(&Context, Frame, Room);
}

void VfpCaptureStack(VFP_STACK *Stack)
{
    ULONG_PTR All[VFP_OWN_FRAMES + VFP_STACK_FRAMES];
    const ULONG Count = VfpWalkStack(All, RTL_NUMBER_OF(All));
    Stack->Count = 0;
    for (ULONG Index = 0; Index < Count && Stack->Count < VFP_STACK_FRAMES; Index++) {
        if (LdrFindImage(All[Index]) != NULL)
            Stack->Frame[Stack->Count++] = All[Index];
        else if (Stack->Count != 0)
            break;
    }
}

char *VfpStackText(const VFP_STACK *Stack, char *Text, SIZE_T Size)
{
    SIZE_T Length = 0;
    Text[0] = 0;
    for (ULONG Index = 0; Index < Stack->Count && Length < Size; Index++) {
        const LDR_IMAGE *Image = LdrFindImage(Stack->Frame[Index]);
        if (Image != NULL)
            Length += (SIZE_T)snprintf(Text + Length, Size - Length, "\n  %02u %s+0x%llx",
                (unsigned)Index + 1, Image->Name,
                (unsigned long long)(Stack->Frame[Index] - (ULONG_PTR)Image->Base));
    }
    return Text;
}
