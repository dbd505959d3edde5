module wallflame-workload-go

go 1.19
