*/
#include "stack.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinDoInstead(DeviceObject, IRP_MJ_POWER, IRP_MN_WAIT_WAKE, Sinful ? SinLeave : NULL);
}
