/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Looks at every handle of a table, as it is at that moment; handles come and go meanwhile. */
#include "ob/entry.h"

void ObiVisitHandles(OB_HANDLE_TABLE *Table,
    void (*Visit)(const OB_HANDLE_SEEN *Handle, void *Context), void *Context)
{
    const ULONG End = __atomic_load_n(&Table->NextFresh, __ATOMIC_RELAXED);
    for (ULONG Index = 1; Index < End; Index++) {
        const ULONG_PTR Number = (ULONG_PTR)Index << 2;
        OBP_HANDLE_VALUE Value;
        OB_HANDLE_SEEN Seen;
        if (!NT_SUCCESS(ObpReferenceInTable(Table, Number, &Seen.Object, &Value)))
            continue;
        Seen.Value = Table == ObKernelHandleTable ? Number | OBP_KERNEL_HANDLE : Number;
        Seen.Granted = Value.Granted;
        Seen.Attributes = Value.Attributes;
        Visit(&Seen, Context);
        ObfDereferenceObject(Seen.Object);
    }
}
