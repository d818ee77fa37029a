namespace CompressTasks.Study;

/// <summary>The papers' three tables for the weights of a model.</summary>
/// <param name="Gaussian">P58 §3.1: how well Gaussians fit the rows of each weight.</param>
/// <param name="SecondStage">P58 §3.2: other bases on the Gaussians' parameters.</param>
/// <param name="Tower">P67, compression tower: PCA repeated on its own scores.</param>
internal sealed record StudyTables(
    IReadOnlyList<GaussianRow> Gaussian,
    IReadOnlyList<SecondStageRow> SecondStage,
    IReadOnlyList<TowerRow> Tower);

/// <summary>One weight in the first table.</summary>
/// <param name="Weight">The weight's path.</param>
/// <param name="Rows">Rows that were fitted.</param>
/// <param name="Columns">Columns of the weight as a matrix.</param>
/// <param name="Parameters">Numbers after the first stage.</param>
/// <param name="Ratio">Elements / parameters.</param>
/// <param name="MeanSquaredError">Mean squared error of the weights.</param>
/// <param name="R2">R² of the weights.</param>
/// <param name="ParticipationRatio">Participation ratio of the raw parameters.</param>
/// <param name="StandardizedParticipationRatio">Participation ratio after every column of the parameters was scaled to unit variance.</param>
internal sealed record GaussianRow(
    string Weight,
    int Rows,
    int Columns,
    long Parameters,
    double Ratio,
    double MeanSquaredError,
    double R2,
    double ParticipationRatio,
    double StandardizedParticipationRatio);

/// <summary>One second stage on one weight.</summary>
/// <param name="Weight">The weight's path.</param>
/// <param name="Method">The second stage.</param>
/// <param name="R2ToParameters">R² to the parameters of the first stage: the papers' figure.</param>
/// <param name="R2ToWeights">R² to the weights: what is left of the model.</param>
/// <param name="Parameters">Numbers after the second stage, side information included.</param>
/// <param name="Ratio">Parameters of the first stage / parameters.</param>
/// <param name="TotalRatio">Elements / parameters.</param>
internal sealed record SecondStageRow(
    string Weight,
    string Method,
    double R2ToParameters,
    double R2ToWeights,
    long Parameters,
    double Ratio,
    double TotalRatio);

/// <summary>One level of the tower of one weight.</summary>
/// <param name="Weight">The weight's path.</param>
/// <param name="Level">0 for the weights.</param>
/// <param name="Name">What the level is.</param>
/// <param name="Parameters">Numbers that are needed to decode the level, side information included.</param>
/// <param name="LevelRatio">Parameters of the level before / parameters.</param>
/// <param name="CumulativeRatio">Elements / parameters.</param>
/// <param name="R2ToPrevious">R² to the level before.</param>
/// <param name="R2ToWeights">R² to the weights.</param>
/// <param name="ParticipationRatio">Participation ratio of the level's parameters.</param>
/// <param name="ComponentsFor95">Components that hold 95 % of their variance.</param>
/// <param name="Kept">False for a level that was tried and gained too little.</param>
internal sealed record TowerRow(
    string Weight,
    int Level,
    string Name,
    long Parameters,
    double LevelRatio,
    double CumulativeRatio,
    double R2ToPrevious,
    double R2ToWeights,
    double? ParticipationRatio,
    int? ComponentsFor95,
    bool Kept);
