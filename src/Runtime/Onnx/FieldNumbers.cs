namespace CompressTasks.Onnx;

/// <summary>
/// The numbers of the fields that are read and edited where they lie, by the messages of <c>onnx.proto</c>. An app that opens artifacts has these
/// and no classes made of that file, which need a library.
/// </summary>
internal static class FieldNumbers
{
    public static class Model
    {
        public const int IrVersion = 1;
        public const int ProducerName = 2;
        public const int ProducerVersion = 3;
        public const int Domain = 4;
        public const int ModelVersion = 5;
        public const int DocString = 6;
        public const int Graph = 7;
        public const int OpsetImport = 8;
        public const int MetadataProps = 14;
        public const int TrainingInfo = 20;
        public const int Functions = 25;
    }

    public static class Graph
    {
        public const int Node = 1;
        public const int Initializer = 5;
        public const int SparseInitializer = 15;
    }

    public static class Node
    {
        public const int Output = 2;
        public const int Name = 3;
        public const int OpType = 4;
        public const int Attribute = 5;
    }

    public static class Attribute
    {
        public const int Name = 1;
        public const int T = 5;
        public const int G = 6;
        public const int Floats = 7;
        public const int Tensors = 10;
        public const int Graphs = 11;
        public const int SparseTensor = 22;
        public const int SparseTensors = 23;
    }

    public static class Function
    {
        public const int Name = 1;
        public const int Node = 7;
        public const int Domain = 10;
        public const int AttributeProto = 11;
        public const int Overload = 13;
    }

    public static class TrainingInfo
    {
        public const int Initialization = 1;
        public const int Algorithm = 2;
    }

    public static class Tensor
    {
        public const int Dims = 1;
        public const int DataType = 2;
        public const int Segment = 3;
        public const int FloatData = 4;
        public const int Int32Data = 5;
        public const int StringData = 6;
        public const int Int64Data = 7;
        public const int Name = 8;
        public const int RawData = 9;
        public const int DoubleData = 10;
        public const int Uint64Data = 11;
        public const int ExternalData = 13;
        public const int DataLocation = 14;
    }

    public static class SparseTensor
    {
        public const int Values = 1;
        public const int Indices = 2;
    }

    public static class StringStringEntry
    {
        public const int Key = 1;
        public const int Value = 2;
    }
}
