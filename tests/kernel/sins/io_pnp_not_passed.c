*/
#include "stack.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinDoInstead(DeviceObject, IRP_MJ_PNP, IRP_MN_QUERY_CAPABILITIES, Sinful ? SinLeave : NULL);
}
