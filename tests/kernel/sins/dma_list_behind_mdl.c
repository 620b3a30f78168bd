*/
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinWantList(DeviceObject, Sinful ? SIN_DMA_BYTES : 0, 16);
}
