/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
extern "C" {
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
}

namespace {

class Counter {
public:
    explicit Counter(int from) : value(from) {}
    int Next() { return ++value; }

private:
    int value;
};

} // namespace

static VOID NTAPI SampleUnload(PDRIVER_OBJECT)
{
}

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING)
{
    Counter counter(41);

    DriverObject->DriverUnload = SampleUnload;
    DbgPrint("counter %d\n", counter.Next());
    return STATUS_SUCCESS;
}
