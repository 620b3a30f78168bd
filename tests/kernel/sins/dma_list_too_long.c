*/
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinWantList(DeviceObject, 0, Sinful ? SIN_DMA_BYTES + 1 : SIN_DMA_BYTES);
}
