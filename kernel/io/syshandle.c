/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Every handle of every process, in the old form, whose fields hold 16 bits of a process's number
 * and of a handle, and in the new one. The objects' addresses are real; nothing keeps the objects
 * once the answer is given.
 */
#include <string.h>

#include "io/sysinfo.h"

#define IOP_HANDLE_PROCESSES 4096
#define IOP_TYPE_INDEX_FIRST 2 /* Windows 7 and later: 0 and 1 stand for no type */

typedef struct IOP_HANDLE_WALK {
    IOP_ANSWER *Answer;
    const EPROCESS *Process;
    ULONG Count;
    BOOLEAN Extended;
} IOP_HANDLE_WALK;

static void IopAddHandle(const OB_HANDLE_SEEN *Seen, void *Context)
{
    IOP_HANDLE_WALK *Walk = Context;
    const ULONG Type = ObiGetType(Seen->Object)->Index + IOP_TYPE_INDEX_FIRST;
    const ULONG Bytes = Walk->Extended ? sizeof(SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX)
                                       : sizeof(SYSTEM_HANDLE_TABLE_ENTRY_INFO);
    void *To = IopExtendAnswer(Walk->Answer, Bytes);
    Walk->Count++;
    if (To == NULL)
        return;
    if (Walk->Extended) {
        SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX *Entry = To;
        Entry->Object = Seen->Object;
        Entry->UniqueProcessId = (ULONG_PTR)Walk->Process->UniqueProcessId;
        Entry->HandleValue = Seen->Value;
        Entry->GrantedAccess = Seen->Granted;
        Entry->ObjectTypeIndex = (USHORT)Type;
        Entry->HandleAttributes = Seen->Attributes;
    } else {
        SYSTEM_HANDLE_TABLE_ENTRY_INFO *Entry = To;
        Entry->UniqueProcessId = (USHORT)(ULONG_PTR)Walk->Process->UniqueProcessId;
        Entry->ObjectTypeIndex = (UCHAR)Type;
        Entry->HandleAttributes = (UCHAR)Seen->Attributes;
        Entry->HandleValue = (USHORT)Seen->Value;
        Entry->Object = Seen->Object;
        Entry->GrantedAccess = Seen->Granted;
    }
}

static NTSTATUS IopAddHandles(IOP_ANSWER *Answer, BOOLEAN Extended, ULONG *Count)
{
    IOP_HANDLE_WALK Walk = {.Answer = Answer, .Extended = Extended};
    EPROCESS **List = ExiAllocate(NonPagedPoolNx, IOP_HANDLE_PROCESSES * sizeof(*List),
        IOP_TAG_SYSTEM_INFORMATION, EX_KERNEL_SITE);
    if (List == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ULONG Processes = PsiReferenceProcesses(List, IOP_HANDLE_PROCESSES);
    if (Processes > IOP_HANDLE_PROCESSES)
        Processes = IOP_HANDLE_PROCESSES;
    for (ULONG Index = 0; Index < Processes; Index++) {
        Walk.Process = List[Index];
        if (List[Index]->HandleTable != NULL)
            ObiVisitHandles(List[Index]->HandleTable, IopAddHandle, &Walk);
        ObfDereferenceObject(List[Index]);
    }
    ExiFree(List);
    *Count = Walk.Count;
    return STATUS_SUCCESS;
}

NTSTATUS IopQueryHandles(IOP_ANSWER *Answer)
{
    ULONG Count = 0;
    (void)IopExtendAnswer(Answer, FIELD_OFFSET(SYSTEM_HANDLE_INFORMATION, Handles));
    NTSTATUS Status = IopAddHandles(Answer, FALSE, &Count);
    SYSTEM_HANDLE_INFORMATION *Head = IopAnswerAt(
        Answer, 0, FIELD_OFFSET(SYSTEM_HANDLE_INFORMATION, Handles));
    if (Head != NULL)
        Head->NumberOfHandles = Count;
    return Status;
}

NTSTATUS IopQueryHandlesEx(IOP_ANSWER *Answer)
{
    ULONG Count = 0;
    (void)IopExtendAnswer(Answer, FIELD_OFFSET(SYSTEM_HANDLE_INFORMATION_EX, Handles));
    NTSTATUS Status = IopAddHandles(Answer, TRUE, &Count);
    SYSTEM_HANDLE_INFORMATION_EX *Head = IopAnswerAt(
        Answer, 0, FIELD_OFFSET(SYSTEM_HANDLE_INFORMATION_EX, Handles));
    if (Head != NULL)
        Head->NumberOfHandles = Count;
    return Status;
}
